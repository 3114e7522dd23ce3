story: 经营性地块按成交日计宗数、面积和价款 A plot counts on the day it is sold
when:
  - {as: planning, on: 2023-01-10, open: land_plot, is: plot, with: {name: 模拟地块A, place: 付村, use: business, commercial: true, area: 60}}
  - {as: planning, on: 2023-02-10, move: reserve, of: plot, with: {reserved_on: 2023-02-10}}
  - {as: planning, on: 2023-08-10, move: list, of: plot, with: {listed_on: 2023-08-10, start_price: 50000000}}
  - {as: planning, on: 2023-09-22, move: sell, of: plot, with: {sold_on: 2023-09-22, price: 40000000, winner_name: （模拟）置业}, refused: 低于起始价}
  - {as: planning, on: 2023-09-22, move: sell, of: plot, with: {sold_on: 2023-09-22, price: 52000000, winner_name: （模拟）置业}}
  - {as: planning, on: 2023-10-10, move: sign, of: plot}
  - {as: planning, on: 2023-12-01, move: hand, of: plot, with: {handed_on: 2023-12-01}, refused: 签约}
  - {as: engineering, on: 2023-12-01, move: hand, of: plot, with: {handed_on: 2023-12-01}}
then:
  - {figure: plots_sold, period: 2023, is: 1}
  - {figure: plots_sold_area, period: 2023-09, is: 60}
  - {figure: plots_price, period: 2023, is: 52000000}
  - {figure: plots_handed, period: 2023, is: 1}
  - {of: plot, due: sign, is: 2023-10-12}
---
story: 流拍重新收储，撤牌的不计成交 A plot nobody buys goes back; one withdrawn is never sold
given:
  - {as: planning, on: 2023-01-10, open: land_plot, is: plot, with: {name: 模拟地块B, place: 姚村, use: industry, commercial: true, area: 30}}
  - {as: planning, on: 2023-02-10, move: reserve, of: plot, with: {reserved_on: 2023-02-10}}
when:
  - {as: planning, on: 2023-03-10, move: list, of: plot, with: {listed_on: 2023-03-10, start_price: 9000000}}
  - {as: planning, on: 2023-04-10, move: relist, of: plot, reason: 无人竞买}
  - {as: planning, on: 2023-05-10, move: withdraw, of: plot, reason: 调整用途}
then:
  - {of: plot, stage: withdrawn}
  - {figure: plots_sold, period: 2023, is: 0}
  - {figure: plots_open, period: 2023, is: 0}
