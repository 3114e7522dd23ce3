story: 园区企业按月报产值，审核后计入 A park firm tells its output each month; it counts once it has passed
given:
  - {as: economy, on: 2023-04-20, open: enterprise, is: firm, with: {name: （模拟）津测仪器有限公司, code: 91120111MA0A00000J, place: 西青学府智能测控产业主题园区, park: 西青学府智能测控产业主题园区, registered: 2019-01-01, scale: industry, leading: true, industry: instrument}}
when:
  - {on: 2023-05-01, find: park_output, is: may}
  - {as: economy_park, on: 2023-05-05, move: tell, of: may, with: {output: 6000000, last_output: 5000000}}
  - {as: economy_park, on: 2023-05-05, move: pass, of: may, refused: 统计员}
  - {as: statistician, on: 2023-05-06, move: back, of: may, reason: 当月数大于累计数}
  - {as: economy_park, on: 2023-05-08, move: tell, of: may, with: {output: 5500000}}
  - {as: statistician, on: 2023-05-09, move: pass, of: may}
then:
  - {figure: park_output_sum, period: 2023-05, is: 5500000}
  - {figure: park_output_leading, period: 2023-05, is: 5500000}
  - {figure: park_output_firms, period: 2023, is: 1}
---
story: 到期未报即逾期，停产可免报 A return not told is late; a stopped plant is excused
given:
  - {as: economy, on: 2023-04-20, open: enterprise, is: firm, with: {name: （模拟）停产装备有限公司, code: 91120111MA0A00000J, place: 西青学府智能测控产业主题园区, park: 西青学府智能测控产业主题园区, registered: 2019-01-01, scale: industry}}
when:
  - {on: 2023-05-01, find: park_output, is: may}
  - {on: 2023-05-12}
  - {as: statistician, on: 2023-05-15, move: excuse, of: may, reason: 设备检修停产}
then:
  - {of: may, stage: excused}
  - {figure: park_output_firms, period: 2023, is: 0}
  - {figure: park_output_late, period: 2023, is: 0}
