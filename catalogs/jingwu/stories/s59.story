story: 奖励公示三日自动入账，兑换不能透支 Points are shown for three days and then posted; nobody redeems more than there is
given:
  - {as: village, on: 2023-03-01, open: household, is: home, with: {number: FC-001, grid: 付村第一网格, kind: farm, since: 2010-01-01}}
  - {as: village, on: 2023-03-02, open: points_household, is: book, with: {household: "@home", village: 付村, door: 付村1号, joined: 2023-03-02}}
  - {as: village, on: 2023-03-06, open: points_entry, is: clean, with: {holder: "@book", kind: grant, what: 清扫巷道, points: 20}}
when:
  - {as: village, on: 2023-03-06, open: points_entry, with: {holder: "@book", kind: grant, what: 扣分, points: -5}, refused: 奖励应为正数}
  - {as: village, on: 2023-03-07, move: audit, of: clean, refused: 登记}
  - {as: village, who: 乙, on: 2023-03-07, move: audit, of: clean}
  - {as: panel, on: 2023-03-08, move: show, of: clean}
  - {on: 2023-03-13}
  - {as: village, on: 2023-04-03, open: points_entry, is: soap, with: {holder: "@book", kind: redeem, what: 兑换, points: -30}}
  - {as: shop, on: 2023-04-03, move: redeem, of: soap, with: {goods: 洗衣液}, refused: 积分不足}
then:
  - {of: clean, stage: posted}
  - {of: clean, due: show, is: 2023-03-11}
  - {of: book, field: balance, is: 20}
  - {figure: points_granted, period: 2023, is: 20}
  - {figure: points_villages, period: 2023, is: 1}
  - {figure: points_redeemed, period: 2023, is: 0}
---
story: 不予入账的不计，年终清零 What is refused counts nowhere; the year's end clears
given:
  - {as: village, on: 2023-03-01, open: household, is: home, with: {number: FC-002, grid: 付村第一网格, kind: farm, since: 2010-01-01}}
  - {as: village, on: 2023-03-02, open: points_household, is: book, with: {household: "@home", village: 付村, door: 付村2号, joined: 2023-03-02}}
when:
  - {as: village, on: 2023-03-06, open: points_entry, is: twice, with: {holder: "@book", kind: grant, what: 重复申报, points: 10}}
  - {as: rural, on: 2023-03-07, move: refuse, of: twice, reason: 与他户重复}
  - {as: village, on: 2023-04-06, open: points_entry, is: plant, with: {holder: "@book", kind: grant, what: 参加植树, points: 15}}
  - {as: village, who: 乙, on: 2023-04-07, move: audit, of: plant}
  - {as: panel, on: 2023-04-10, move: show, of: plant}
  - {as: panel, on: 2023-04-20, move: post, of: plant, refused: true}
  - {on: 2024-01-01, find: points_entry, is: reset, with: {kind: expire}}
then:
  - {of: reset, stage: posted, field: points, is: -15}
  - {of: book, field: balance, is: 0}
  - {figure: points_granted, period: 2023, is: 15}
