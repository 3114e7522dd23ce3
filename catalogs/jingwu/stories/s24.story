story: 方案由评审组评审，定稿计入当年 A scheme is judged by the panel and counts when settled
when:
  - {as: village, on: 2023-09-01, open: trade_scheme, is: plan, with: {name: 付村一村一策, kind: village, place: 付村}}
  - {as: village, on: 2023-09-11, move: draw, of: plan, with: {survey: 沿街商铺36间, position: 社区便民}}
  - {as: village, on: 2023-09-12, move: judge, of: plan, with: {opinion: 可行}, refused: 评审裁定组}
  - {as: panel, on: 2023-09-27, move: judge, of: plan, with: {opinion: 补充停车}}
  - {as: economy, on: 2023-10-08, move: revise, of: plan, with: {version: 2}}
  - {as: panel, on: 2023-10-16, move: judge, of: plan, with: {opinion: 同意}}
  - {as: economy, on: 2023-10-20, move: settle, of: plan, with: {settled_on: 2023-10-20}}
  - {as: village, on: 2023-12-18, move: carry_out, of: plan, with: {done_text: 完成门头改造}}
then:
  - {figure: schemes_settled, period: 2023, slice: kind=village, is: 1}
  - {figure: schemes_villages, period: 2023, is: 1}
  - {figure: schemes_done, period: 2023-12, is: 1}
  - {of: plan, field: version, is: 2}
---
story: 二十个工作日未评审即逾期，终止的不定稿 A scheme not judged in twenty workdays is late
given:
  - {as: economy, on: 2023-09-01, open: trade_scheme, is: slow, with: {name: 商圈提升, kind: district, place: 姚村}}
when:
  - {as: economy, on: 2023-09-11, move: draw, of: slow, with: {survey: 客流调查, position: 夜间经济}}
then:
  - {of: slow, due: judge, is: 2023-10-13}
  - {on: 2023-10-16, figure: schemes_late, period: 2023, is: 1}
  - {figure: schemes_open, period: 2023, is: 1}
