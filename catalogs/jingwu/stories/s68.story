story: 两人检查，问题责令改正、由他人复查 Two people check, and who mends does not close
given:
  - {as: culture, on: 2023-08-01, open: culture_site, is: cafe, with: {name: （模拟）飞宇网吧, kind: internet, site: 姚村, licence: WH-1, licensed_on: 2023-08-01, expires: 2025-07-31}}
  - {as: culture, on: 2023-09-11, open: culture_check, is: check, with: {business: "@cafe", found: [{what: 未登记身份, matter: minors}]}}
when:
  - {as: culture, on: 2023-09-11, move: check, of: check, with: {officers: 1}, refused: 两人以上}
  - {as: culture, on: 2023-09-11, move: check, of: check, with: {officers: 2}}
  - {find: culture_fault, is: fault}
  - {as: city_mgmt, on: 2023-09-12, move: order, of: fault}
  - {as: culture, on: 2023-09-20, move: mend, of: fault}
  - {as: culture, on: 2023-09-21, move: recheck, of: fault, refused: 报告整改}
  - {as: city_mgmt, on: 2023-09-21, move: recheck, of: fault}
then:
  - {figure: culture_checked, period: 2023, slice: kind=internet, is: 1}
  - {figure: culture_faults_closed, period: 2023, slice: matter=minors, is: 1}
  - {of: fault, stage: closed}
---
story: 逾期未改移交处罚，不算整改 A fault handed over for penalty is not one mended
given:
  - {as: culture, on: 2023-08-01, open: culture_site, is: bar, with: {name: （模拟）歌厅, kind: singing, site: 付村, licence: WH-2, licensed_on: 2023-08-01, expires: 2025-07-31}}
  - {as: culture, on: 2023-09-11, open: culture_check, is: check, with: {business: "@bar", found: [{what: 安全出口锁闭, matter: safety}]}}
  - {as: culture, on: 2023-09-11, move: check, of: check, with: {officers: 2}}
when:
  - {find: culture_fault, is: fault}
  - {as: city_mgmt, on: 2023-09-12, move: order, of: fault}
  - {on: 2023-09-27}
  - {as: city_mgmt, on: 2023-10-09, move: punish, of: fault, with: {penalty: 模拟罚1号}}
then:
  - {of: fault, stage: punished}
  - {figure: culture_faults_closed, period: 2023, is: 0}
  - {figure: culture_faults_overdue, period: 2023, is: 0}
