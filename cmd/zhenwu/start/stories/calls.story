# 故事：前提、经过、结果。zhenwu test 把每个故事放进一个全新的乡镇里跑一遍。
# A story: given, when, then. zhenwu test plays each one in a fresh town.
story: 办结的来电计入当月 A closed call counts in its month
given:
  - {as: clerk, on: 2023-03-01, open: call, is: lamp, with: {about: 路灯不亮, kind: road, place: 东村}}
  - {as: clerk, on: 2023-03-02, open: call, is: tap, with: {about: 停水, kind: water, place: 西村}}
when:
  - {as: handler, on: 2023-03-02, move: take, of: lamp}
  - {as: clerk, on: 2023-03-02, move: close, of: lamp, with: {answer: 已修}, refused: true}
  - {as: handler, on: 2023-03-03, move: close, of: lamp, with: {answer: 已修}}
then:
  - {figure: calls, period: 2023-03, is: 2}
  - {figure: calls, period: 2023-03, slice: kind=road, is: 1}
  - {figure: calls_closed, period: 2023, place: "999999999201", is: 1}
  - {of: lamp, stage: closed, field: answer, is: 已修}
  - {of: tap, stage: received}
