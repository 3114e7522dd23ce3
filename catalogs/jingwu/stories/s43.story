story: 启动预警即向每家清单企业发核查，二十四小时内核完 An alert opens a check of every graded plant
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）铸造有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: ecology, on: 2023-10-09, open: listed_plant, is: plant, with: {firm: "@firm", industry: casting, listed: 2023-10-09}}
  - {as: ecology, on: 2023-10-10, move: grade, of: plant, with: {grade: B, grade_until: 2024-10-09, yellow: 减产两成, orange: 减产三成, red: 停产}}
when:
  - {as: ecology, on: 2023-11-01, open: smog_alert, is: alert, with: {level: orange, began: 2023-11-01}}
  - {find: plant_check, is: check}
  - {as: ecology, on: 2023-11-01, move: confirm, of: check}
  - {as: grid_worker, on: 2023-11-01, move: check, of: check, with: {met: all, found: 两台炉停用}}
  - {as: ecology, on: 2023-11-04, move: lift, of: alert, with: {summary: 全部落实}}
then:
  - {of: alert, stage: lifted, field: checked, is: 1}
  - {figure: smog_alerts, period: 2023, slice: level=orange, is: 1}
  - {figure: plant_met_rate, period: 2023, is: 100}
  - {figure: plants_listed, period: 2023, slice: grade=B, is: 1}
---
story: 预警解除时未查的核查随之作废 What is not checked when the alert is lifted lapses
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）印刷有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: ecology, on: 2023-10-09, open: listed_plant, is: plant, with: {firm: "@firm", industry: printing, listed: 2023-10-09}}
  - {as: ecology, on: 2023-10-10, move: grade, of: plant, with: {grade: C, grade_until: 2024-10-09, yellow: 减产三成, orange: 减产五成, red: 停产}}
  - {as: ecology, on: 2023-11-01, open: smog_alert, is: alert, with: {level: yellow, began: 2023-11-01}}
when:
  - {find: plant_check, is: check}
  - {as: ecology, on: 2023-11-01, move: lapse, of: check, refused: true}
  - {as: ecology, on: 2023-11-01, move: lift, of: alert, with: {summary: 预警提前解除}}
then:
  - {of: check, stage: lapsed}
  - {figure: plant_checks, period: 2023, is: 0}
  - {figure: plant_checks_late, period: 2023, is: 0}
