story: 公示满三十日后报批，编制人不得送审 A plan is shown for thirty days; who drew it does not send it up
when:
  - {as: planning, on: 2023-02-06, open: spatial_plan, is: zone, with: {name: 镇东片区控规调整, kind: zoning, area_name: 镇东片区, place: 小卞庄村}}
  - {as: planning, on: 2023-02-20, move: draw, of: zone, with: {compiler: 区规划院}}
  - {as: planning, on: 2023-04-10, move: show, of: zone, with: {shown_on: 2023-04-10}}
  - {as: deputy_mayor, on: 2023-04-20, move: send, of: zone, with: {opinions: 无, sent_on: 2023-04-20}, refused: true}
  - {as: planning, on: 2023-05-12, move: send, of: zone, with: {opinions: 无不同意见, sent_on: 2023-05-12}, refused: 编制}
  - {as: deputy_mayor, on: 2023-05-12, move: send, of: zone, with: {opinions: 无不同意见, sent_on: 2023-05-12}}
  - {as: planning, on: 2023-07-20, move: approve, of: zone, with: {document: 模拟批复1号, approved_on: 2023-07-18}}
  - {as: planning, on: 2023-08-01, move: store, of: zone}
then:
  - {figure: zoning_areas, period: 2023-07, is: 1}
  - {figure: zoning_areas, period: 2023, is: 0}
  - {figure: plans_approved, period: 2023, slice: kind=zoning, is: 1}
---
story: 报批后修改回到编制 A plan sent back is drawn up again
given:
  - {as: planning, on: 2023-02-06, open: spatial_plan, is: village, with: {name: 付村村庄规划, kind: village, area_name: 付村, place: 付村}}
  - {as: planning, on: 2023-02-20, move: draw, of: village, with: {compiler: 区规划院}}
  - {as: planning, on: 2023-04-10, move: show, of: village, with: {shown_on: 2023-04-10}}
when:
  - {on: 2023-05-11}
  - {as: planning, on: 2023-05-11, move: revise, of: village, reason: 采纳村民意见, with: {opinions: 增加停车场}}
then:
  - {of: village, stage: drawing}
  - {of: village, due: show, is: 2023-05-10}
  - {figure: village_plans, period: 2023, is: 1}
  - {figure: plans_approved, period: 2023, is: 0}
