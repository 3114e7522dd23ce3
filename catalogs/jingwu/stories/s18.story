story: 入孵、年度考核、毕业 A firm enters the science park, is reviewed and graduates
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）入孵有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
when:
  - {as: economy_park, on: 2023-01-06, open: incubation, is: nest, with: {firm: "@firm", park: 新华·国际大学科技园}}
  - {as: economy_park, on: 2023-01-16, move: admit, of: nest, with: {area: 80, since: 2023-01-16}}
  - {as: economy_park, on: 2023-11-01, open: incubation_review, is: review, with: {incubation: "@nest", year: 2023}}
  - {as: economy_park, on: 2023-11-06, move: tell, of: review, with: {tax: 60000, source: tax_office, revenue: 900000, staff: 8}}
  - {as: economy_park, on: 2023-11-07, move: review, of: review, with: {grade: good}, refused: 填报}
  - {as: economy, on: 2023-11-08, move: review, of: review, with: {grade: good}}
  - {as: economy, on: 2023-12-20, move: graduate, of: nest, with: {ended: 2023-12-20}}
then:
  - {figure: incubation_new, period: 2023, is: 1}
  - {figure: incubation_tax, period: 2023, is: 60000}
  - {figure: incubated, period: 2023-11, is: 1}
  - {figure: incubated, period: 2023, is: 0}
  - {of: nest, field: way_out, is: graduated}
---
story: 审核期内不予入孵的企业不在册 A firm that is refused is never inside
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）未入有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
when:
  - {as: economy_park, on: 2023-09-25, open: incubation, is: nest, with: {firm: "@firm", park: 新华·国际大学科技园}}
  - {as: economy, on: 2023-09-27, move: refuse, of: nest, reason: 不符合产业方向}
  - {as: economy_park, on: 2023-09-26, open: incubation, is: waits, with: {firm: "@firm", park: 新华·国际大学科技园}}
then:
  - {of: nest, stage: refused}
  - {of: waits, due: decide, is: 2023-10-16}
  - {figure: incubation_new, period: 2023, is: 0}
