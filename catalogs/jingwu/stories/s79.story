story: 门店签约即计入，授牌后退出即不再计 A shop counts once signed and no more once it has left
given:
  - {as: village, place: 付村, on: 2023-03-01, open: army_friend, is: shop, with: {name: （模拟）老兵面馆, site: 付村, trade: catering, offer: 现役军人九折}}
when:
  - {as: village, place: 付村, on: 2023-03-08, move: sign, of: shop, with: {joined_on: 2023-03-08}, refused: 退役军人}
  - {as: veterans, on: 2023-03-09, move: sign, of: shop, with: {joined_on: 2023-03-08}}
  - {as: veterans, on: 2023-03-20, move: plate, of: shop}
  - {as: veterans, on: 2023-06-12, move: leave, of: shop, with: {left_on: 2023-06-10}, reason: 停业转让}
then:
  - {figure: army_friends, period: 2023-02, is: 0}
  - {figure: army_friends, period: 2023-03, slice: trade=catering, is: 1}
  - {figure: army_friends_new, period: 2023, is: 1}
  - {figure: army_friends, period: 2023-06, is: 0}
---
story: 优抚由财政发放、退回不计，帮扶十五个工作日 Benefits are paid by finance, what comes back counts nowhere, help has fifteen workdays
given:
  - {as: veterans, on: 2023-01-09, open: veteran_card, is: card, with: {who: 退役军人甲, kind: conscript, site: 姚村, registered_on: 2023-01-09}}
  - {as: veterans, on: 2023-04-03, open: veteran_benefit, is: living, with: {card: "@card", kind: living, period: 2023-04, amount: 650}}
  - {as: veterans, on: 2023-04-03, open: veteran_benefit, is: back, with: {card: "@card", kind: medical, period: 2023-04, amount: 300}}
  - {as: village, place: 姚村, on: 2023-04-20, open: veteran_help, is: help, with: {who: 退役军人甲, matter: job, site: 姚村}}
when:
  - {as: veterans, on: 2023-04-04, open: veteran_benefit, with: {card: "@card", kind: living, period: 2023-04, amount: 650}, refused: 不得重复}
  - {as: veterans, on: 2023-04-10, move: pay, of: living, refused: 财政}
  - {as: finance, on: 2023-04-10, move: pay, of: living}
  - {as: finance, on: 2023-04-10, move: send_back, of: back, reason: 账户已注销}
  - {as: veterans, on: 2023-04-24, move: start, of: help}
then:
  - {figure: veterans_paid, period: 2023-04, slice: kind=living, is: 650}
  - {figure: veterans_paid, period: 2023, is: 650}
  - {figure: veterans_served, period: 2023, is: 1}
  - {of: help, due: help, is: 2023-05-12}
  - {on: 2023-05-13, figure: veterans_overdue, period: 2023, is: 1}
