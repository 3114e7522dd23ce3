story: 公示期满施行，权力运行过半数同意、由监委会归档 A power is shown, then rules; its use needs a majority and is overseen by others
given:
  - {as: rural, on: 2023-03-01, open: village_power, is: power, with: {code: QL-01, name: 资产出租, kind: assets, basis: 村集体资产管理办法}}
  - {as: rural, on: 2023-03-02, move: show, of: power, with: {steps: [{step: 村民代表会议, who: 村委会主任}]}}
  - {as: rural, on: 2023-03-09, move: enact, of: power, with: {since: 2023-03-09}}
when:
  - {as: village, on: 2023-04-03, open: power_use, is: use, with: {power: "@power", village: 付村, what: 出租旧厂房, amount: 120000}}
  - {as: village, on: 2023-04-10, move: decide, of: use, with: {present: 30, agreed: 15}, refused: 未过半}
  - {as: village, on: 2023-04-10, move: decide, of: use, with: {present: 30, agreed: 24}}
  - {as: village, on: 2023-04-12, move: post, of: use}
  - {as: village, on: 2023-04-20, move: carry, of: use, with: {result: 已签合同}}
  - {as: overseers, on: 2023-04-28, move: oversee, of: use, with: {opinion: 程序完整}}
then:
  - {figure: power_uses, period: 2023, slice: kind=assets, is: 1}
  - {figure: power_amount, period: 2023, is: 120000}
  - {figure: powers_listed, period: 2023, is: 1}
---
story: 监督归档十个工作日，程序不全退回 Oversight has ten workdays; missing steps send it back
given:
  - {as: rural, on: 2023-03-01, open: village_power, is: power, with: {code: QL-02, name: 印章使用, kind: stamp, basis: 村级印章管理办法}}
  - {as: village, on: 2023-09-11, open: power_use, is: use, with: {power: "@power", village: 姚村, what: 出具证明}}
  - {as: village, on: 2023-09-12, move: decide, of: use, with: {present: 7, agreed: 6}}
  - {as: village, on: 2023-09-12, move: post, of: use}
when:
  - {as: village, on: 2023-09-25, move: carry, of: use, with: {result: 已用印}}
then:
  - {of: use, due: oversee, is: 2023-10-13}
  - {on: 2023-10-16, figure: power_overdue, period: 2023, is: 1}
  - {figure: power_uses, period: 2023, is: 0}
