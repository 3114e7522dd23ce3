story: 资质从认定日计到有效期满 A title counts from the day it is granted until it expires
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）高新有限公司, code: 91120111MA0A00000J, place: 学府园区, registered: 2021-01-01}}
when:
  - {as: economy, on: 2023-02-01, open: title_held, is: rung, with: {firm: "@firm", kind: hightech}}
  - {as: economy_park, on: 2023-02-10, move: coach, of: rung, with: {advice: 补强知识产权}}
  - {as: economy, on: 2023-06-01, move: apply, of: rung}
  - {as: economy, on: 2023-11-20, move: grant, of: rung, with: {certificate: GR-1, batch: 第一批, granted: 2023-11-15, expires: 2023-12-15}}
then:
  - {figure: hightech_firms, period: 2023-10, is: 0}
  - {figure: hightech_firms, period: 2023-11, is: 1}
  - {figure: titles_new, period: 2023, slice: kind=hightech, is: 1}
  - {of: rung, due: renew, is: 2023-12-15}
  - {on: 2023-12-20, figure: hightech_firms, period: 2023-12, is: 0}
---
story: 未通过的回到培育，同一资质不能重复登记 Who fails is nursed on; one title is not held twice
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）种子有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-02-01, open: title_held, is: seed, with: {firm: "@firm", kind: seed}}
when:
  - {as: economy, on: 2023-03-01, move: apply, of: seed}
  - {as: economy, on: 2023-04-10, move: fail, of: seed, reason: 研发投入占比不足}
  - {as: economy, on: 2023-06-01, move: apply, of: seed}
  - {as: economy, on: 2023-07-05, move: grant, of: seed, with: {certificate: ZZ-1, batch: 第二批, granted: 2023-07-01, expires: 2026-06-30}}
  - {as: economy, on: 2023-08-01, open: title_held, with: {firm: "@firm", kind: seed}, refused: 不得重复}
then:
  - {figure: titles_seed, period: 2023, is: 1}
  - {of: seed, stage: held}
