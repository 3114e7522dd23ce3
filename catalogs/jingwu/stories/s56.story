story: 三分之二同意、法律审查、备案后逐期收款 Two thirds agree, the lawyer reviews, the filing opens the instalments
when:
  - {as: village, on: 2023-08-01, open: contract, with: {subject: 旧校舍, village: 付村, kind: lease, how: agreed, amount: 60000, starts: 2023-10-01, ends: 2025-09-30}, refused: 须写明理由}
  - {as: village, on: 2023-08-01, open: contract, is: lease, with: {subject: 旧校舍, village: 付村, kind: lease, how: market, amount: 60000, starts: 2023-10-01, ends: 2025-09-30}}
  - {as: village, on: 2023-08-10, move: decide, of: lease, with: {present: 40, entitled: 60, agreed: 39, schedule: [{day: 2023-10-01, amount: 30000}, {day: 2024-10-01, amount: 30000}]}, refused: 三分之二}
  - {as: village, on: 2023-08-10, move: decide, of: lease, with: {present: 50, entitled: 60, agreed: 45, schedule: [{day: 2023-10-01, amount: 30000}]}, refused: 与总价不符}
  - {as: village, on: 2023-08-10, move: decide, of: lease, with: {present: 50, entitled: 60, agreed: 45, schedule: [{day: 2023-10-01, amount: 30000}, {day: 2024-10-01, amount: 30000}]}}
  - {as: lawyer, on: 2023-08-14, move: review, of: lease, with: {opinion: 可签}}
  - {as: village, on: 2023-09-25, move: sign, of: lease}
  - {as: rural, on: 2023-10-09, move: file, of: lease, with: {filed_on: 2023-10-09}}
  - {find: instalment, is: first, with: {pay_by: 2023-10-01}}
  - {as: village, on: 2023-10-10, move: pay, of: first, with: {paid: 20000}, refused: 拆分}
  - {as: village, on: 2023-10-10, move: pay, of: first, with: {paid: 30000}}
then:
  - {figure: contracts_filed, period: 2023, slice: how=market, is: 1}
  - {figure: contracts_amount, period: 2023, is: 60000}
  - {figure: rent_received, period: 2023, is: 30000}
  - {of: lease, field: arrears, is: 30000}
---
story: 签订后十个工作日备案，跨国庆顺延；不签的不计 Filing is due ten workdays after the signing
given:
  - {as: village, on: 2023-08-01, open: contract, is: slow, with: {subject: 机井维修, village: 姚村, kind: works, how: bidding, amount: 8000, starts: 2023-10-01, ends: 2023-12-31}}
  - {as: village, on: 2023-08-01, open: contract, is: none, with: {subject: 鱼塘发包, village: 姚村, kind: contracting, how: bidding, amount: 9000, starts: 2023-10-01, ends: 2026-09-30}}
when:
  - {as: village, on: 2023-08-10, move: decide, of: slow, with: {present: 40, entitled: 40, agreed: 40, schedule: [{day: 2023-12-01, amount: 8000}]}}
  - {as: lawyer, on: 2023-08-14, move: review, of: slow, with: {opinion: 可签}}
  - {as: village, on: 2023-09-25, move: sign, of: slow}
  - {as: village, on: 2023-09-26, move: drop, of: none, reason: 流标}
then:
  - {of: slow, due: file, is: 2023-10-13}
  - {on: 2023-10-16, figure: contracts_file_late, period: 2023, is: 1}
  - {figure: contracts_filed, period: 2023, is: 0}
  - {of: none, stage: dropped}
