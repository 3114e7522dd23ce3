story: 评估、调解、协议、履行、回访，由未达成协议的人归档 A dispute is assessed, mediated, performed and followed up, and archived by another
given:
  - {as: grid_worker, place: 付村, on: 2023-03-06, open: dispute, is: wall, with: {what: 院墙占地争议, kind: neighbours, urgency: ordinary, source: round, site: 付村}}
when:
  - {as: mediator, place: 付村, on: 2023-03-07, move: mediate, of: wall, with: {room: village_panel}, refused: true}
  - {as: mediator, place: 付村, on: 2023-03-07, move: assess, of: wall, with: {urgency: ordinary, warned: false}}
  - {as: mediator, place: 付村, on: 2023-03-08, move: mediate, of: wall, with: {room: village_panel}}
  - {as: mediator, place: 付村, on: 2023-03-20, move: agree, of: wall, with: {outcome: none, perform_by: 2023-04-20}, refused: 未达成协议}
  - {as: mediator, place: 付村, on: 2023-03-20, move: agree, of: wall, with: {outcome: written, perform_by: 2023-04-20}, refused: 须附协议书}
  - {as: mediator, place: 付村, on: 2023-03-20, move: agree, of: wall, with: {outcome: written, agreement: 协议书, perform_by: 2023-04-20}}
  - {as: village, place: 付村, on: 2023-04-17, move: perform, of: wall, with: {performed: full, confirmed: false}}
  - {as: mediator, place: 付村, on: 2023-05-08, move: archive, of: wall, with: {satisfied: content}, refused: 司法}
  - {as: justice, on: 2023-05-08, move: archive, of: wall, with: {satisfied: content}}
then:
  - {of: wall, stage: archived}
  - {figure: disputes_settled, period: 2023-03, slice: kind=neighbours, is: 1}
  - {figure: disputes_rate, period: 2023, is: 100}
---
story: 调解三十日，双方同意可延长；不成的进成功率分母；排查走访计户次 Mediation has thirty days; a failed one lowers the rate; rounds count homes
given:
  - {as: village, place: 姚村, on: 2023-04-03, open: dispute, is: debt, with: {what: 借款未还, kind: debts, urgency: ordinary, source: asked, site: 姚村}}
  - {as: village, place: 姚村, on: 2023-04-03, open: dispute, is: hit, with: {what: 殴打致伤, kind: injury, urgency: now, source: asked, site: 姚村}}
  - {as: justice, on: 2023-04-04, move: assess, of: debt, with: {urgency: ordinary, warned: false}}
  - {as: justice, on: 2023-04-06, move: mediate, of: debt, with: {room: town_panel}}
when:
  - {as: justice, on: 2023-04-04, move: refer, of: hit, with: {referred: police}, reason: 涉嫌治安案件}
  - {as: justice, on: 2023-04-28, move: extend, of: debt, reason: 双方书面同意, days: 20}
  - {on: 2023-05-01, find: dispute_round, is: round, with: {site: 姚村}}
  - {as: village, place: 姚村, on: 2023-05-10, move: walk, of: round, with: {homes: 60, matters: 2, settled: 3}, refused: 超过发现数}
  - {as: village, place: 姚村, on: 2023-05-10, move: walk, of: round, with: {homes: 60, matters: 2, settled: 1}}
then:
  - {of: hit, stage: referred}
  - {of: debt, due: mediate, is: 2023-05-26}
  - {figure: disputes_overdue, period: 2023, is: 0}
  - {on: 2023-05-27, figure: disputes_overdue, period: 2023, is: 1}
  - {figure: dispute_homes, period: 2023-05, place: 姚村, is: 60}
  - {figure: disputes_settled, period: 2023, is: 0}
