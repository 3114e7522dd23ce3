story: 盘活面积到九成才能销号 An idle building is back in use when nine tenths of it are let
given:
  - {as: investment, on: 2023-01-09, open: enterprise, is: firm, with: {name: （模拟）云立方软件有限公司, code: 91120111MA0A00000J, place: 学府园区, registered: 2021-01-01}}
  - {as: investment, on: 2023-01-10, open: idle_space, is: tower, with: {name: （模拟）学府路3号楼, kind: building, place: 学府园区, total: 1000, since: 2023-01-10}}
  - {as: investment, on: 2023-01-12, move: confirm, of: tower, with: {}, refused: true}
  - {as: investment, on: 2023-01-16, move: offer, of: tower, with: {scheme: 分层招租}, refused: true}
  - {as: economy_park, on: 2023-01-17, move: confirm, of: tower, refused: 没有这条记录}
when:
  - {as: investment, on: 2023-02-01, open: space_letting, is: let, with: {space: "@tower", firm: "@firm", area: 950}}
  - {as: investment, on: 2023-02-10, move: sign, of: let, with: {signed_on: 2023-02-10}}
  - {as: economy_park, on: 2023-03-02, move: move_in, of: let, with: {moved_on: 2023-03-01}}
then:
  - {of: tower, field: idle, is: 50}
  - {figure: idle_let_area, period: 2023-03, is: 950}
  - {figure: idle_firms, period: 2023, is: 1}
  - {figure: idle_open, period: 2023, slice: kind=building, is: 1}
---
story: 一年未盘活即为超期 A building idle for a year is late
given:
  - {as: investment, on: 2023-01-10, open: idle_space, is: hall, with: {name: （模拟）旧厂房, kind: workshop, place: 付村, total: 600, since: 2023-01-10}}
when:
  - {as: investment, on: 2023-01-12, move: confirm, of: hall, note: 现场查看，已停用}
  - {as: investment, on: 2023-06-12, move: offer, of: hall, with: {scheme: 整体招租}}
  - {as: investment, on: 2023-12-12, move: use, of: hall, with: {ended: 2023-12-12}, refused: 不足九成}
then:
  - {of: hall, due: let, is: 2024-01-12}
  - {on: 2024-01-15, figure: idle_late, period: 2024-01, is: 1}
