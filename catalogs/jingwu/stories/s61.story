story: 登记人不拨付，使用数不超拨付数 Who enters an aid does not pay it, and no more is used than paid
given:
  - {as: rural, on: 2023-01-09, open: aid_pair, is: pair, with: {name: 付村与模拟村结对, village: 付村, partner: （模拟）利桥村, since: 2023-01-09}}
  - {as: rural, on: 2023-01-10, move: draft, of: pair, with: {goal: 养蜂产业}}
when:
  - {as: rural, on: 2023-03-01, open: aid_payment, is: aid, with: {pair: "@pair", partner: （模拟）利桥村, use: 养蜂, amount: 30000}}
  - {as: finance, on: 2023-03-20, move: pay, of: aid, with: {paid_on: 2023-03-20}}
  - {as: rural, on: 2023-06-05, move: use, of: aid, with: {used: 40000}, refused: 超过拨付数}
  - {as: rural, on: 2023-06-05, move: use, of: aid, with: {used: 30000}}
  - {as: finance, on: 2023-07-03, move: review, of: aid, with: {effect: 带动八户}}
  - {as: rural, on: 2023-05-08, open: aid_donation, with: {drive: 助学募捐, giver_kind: firm, amount: 8000, day: 2023-05-08}}
then:
  - {figure: aid_paid_out, period: 2023, is: 30000}
  - {figure: pair_paid_least, period: 2023, is: 30000}
  - {figure: aid_donated, period: 2023, slice: giver_kind=firm, is: 8000}
  - {of: pair, field: given, is: 30000}
---
story: 一百八十日未反馈使用即逾期，取消的不计 Feedback is due in a hundred and eighty days
given:
  - {as: rural, on: 2023-03-01, open: aid_payment, is: aid, with: {partner: （模拟）麦积区, use: 道路, amount: 20000}}
  - {as: rural, on: 2023-03-01, open: aid_payment, is: off, with: {partner: （模拟）麦积区, use: 路灯, amount: 10000}}
when:
  - {as: finance, on: 2023-03-20, move: pay, of: aid, with: {paid_on: 2023-03-20}}
  - {as: rural, on: 2023-03-21, move: drop, of: off, reason: 对方已另行解决}
then:
  - {of: aid, due: use, is: 2023-09-16}
  - {on: 2023-09-18, figure: aid_use_overdue, period: 2023, is: 1}
  - {figure: aid_paid_out, period: 2023, is: 20000}
