story: 宣讲、辅导、申报、认定 From the talk to the title
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）抵减有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-03-01, open: policy_talk, is: talk, with: {topic: 增值税加计抵减政策, title: vat, place: 精武镇}}
  - {as: labour, on: 2023-03-08, move: hold, of: talk, with: {day: 2023-03-08, firms: 36}}
when:
  - {as: economy, on: 2023-09-11, open: application_help, is: help, with: {title: vat, firm: "@firm", heard: "@talk"}}
  - {as: economy, on: 2023-09-12, move: coach, of: help, with: {advice: 梳理研发费用归集}}
  - {as: economy, on: 2023-09-13, move: decide, of: help, with: {result: granted, result_on: 2023-09-13}, refused: true}
  - {as: economy, on: 2023-09-25, move: apply, of: help, with: {applied_on: 2023-09-25}}
  - {as: economy, on: 2023-11-01, move: decide, of: help, with: {result: granted, result_on: 2023-11-01}}
then:
  - {figure: policy_talks, period: 2023, slice: title=vat, is: 1}
  - {figure: vat_firms, period: 2023, is: 1}
  - {figure: helps_rate, period: 2023, is: 100}
---
story: 同一企业申报两次只计一家，放弃的不计 One firm that applies twice is one firm; who gives up is none
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）再报有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-05-04, open: application_help, is: one, with: {title: vat, firm: "@firm"}}
  - {as: economy, on: 2023-05-04, open: application_help, is: two, with: {title: vat, firm: "@firm"}}
  - {as: economy, on: 2023-05-04, open: application_help, is: three, with: {title: mobilisation, firm: "@firm"}}
when:
  - {as: economy, on: 2023-05-05, move: coach, of: one, with: {advice: 补充材料}}
  - {as: economy, on: 2023-05-05, move: coach, of: two, with: {advice: 补充材料}}
  - {as: economy, on: 2023-05-22, move: apply, of: one, with: {applied_on: 2023-05-22}}
  - {as: economy, on: 2023-06-19, move: apply, of: two, with: {applied_on: 2023-06-19}}
  - {as: economy, on: 2023-06-20, move: drop, of: three, reason: 不具备条件}
then:
  - {figure: vat_firms, period: 2023, is: 1}
  - {figure: helps_applied, period: 2023, slice: title=vat, is: 2}
  - {figure: mobilisation_firms, period: 2023, is: 0}
  - {of: three, stage: dropped}
  - {of: one, due: apply, is: 2023-07-04}
