story: 三分之二住户同意才能设计，质保期满自动了结 Two thirds must agree; the warranty ends by itself
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）修缮有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: engineering, on: 2023-01-10, open: estate_renewal, is: works, with: {name: 开源里防水改造, place: 开源里, buildings: 4, homes: 96, works: [roof]}}
when:
  - {as: village, on: 2023-02-06, move: ask, of: works, with: {asked_homes: 96, agreed_homes: 60, opinions: 希望先修漏水}}
  - {as: engineering, on: 2023-02-20, move: design, of: works, with: {cost: 800000, source: budget}, refused: 不足三分之二}
  - {as: engineering, on: 2023-02-24, correct: works, with: {agreed_homes: 64}, reason: 补充征求意见}
  - {as: engineering, on: 2023-02-27, move: design, of: works, with: {cost: 800000, source: budget}}
  - {as: engineering, on: 2023-03-20, move: build, of: works, with: {builder: "@firm"}}
  - {as: village, on: 2023-06-20, move: accept, of: works, with: {accepted_on: 2023-06-18, warranty: 2023-09-30}}
  - {as: engineering, on: 2023-06-21, move: guard, of: works}
  - {as: village, on: 2023-09-25, open: warranty_repair, is: leak, with: {renewal: "@works", what: 五楼渗漏}}
  - {as: village, on: 2023-09-25, move: mend, of: leak, refused: 城建专员}
then:
  - {of: leak, due: mend, is: 2023-10-02}
  - {figure: renewal_homes, period: 2023-06, is: 96}
  - {of: works, stage: guarded, field: repairs, is: 1}
  - {on: 2023-10-10, of: works, stage: closed}
---
story: 不具备条件的不实施 A renewal that cannot be done is dropped
given:
  - {as: engineering, on: 2023-01-10, open: estate_renewal, is: none, with: {name: 兴旺里电梯加装, place: 兴旺里, buildings: 1, homes: 24, works: [lift]}}
when:
  - {as: village, on: 2023-02-06, move: ask, of: none, with: {asked_homes: 24, agreed_homes: 9, opinions: 低层不同意}}
  - {as: engineering, on: 2023-02-20, move: drop, of: none, reason: 同意户数不足}
then:
  - {of: none, stage: dropped}
  - {figure: renewals_accepted, period: 2023, is: 0}
