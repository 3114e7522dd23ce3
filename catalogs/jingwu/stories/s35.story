story: 接单服务后由点单人评价，未评价自动归入 The order is served by one and rated by another, or times out
when:
  - {as: grid_desk, on: 2023-09-27, open: resident_order, is: meal, with: {what: 代取药品送上门, kind: elder, grid: 付村第一网格, channel: call}}
  - {as: grid_worker, on: 2023-09-27, move: take, of: meal}
  - {as: grid_worker, on: 2023-09-28, move: serve, of: meal, with: {service: 已送达}}
  - {as: grid_worker, on: 2023-09-28, move: rate, of: meal, with: {rating: very}, refused: true}
then:
  - {of: meal, stage: served}
  - {of: meal, due: rate, is: 2023-10-05}
  - {figure: orders_served, period: 2023-09, slice: kind=elder, is: 1}
  - {figure: orders_rate, period: 2023, is: 100}
  - {on: 2023-10-06, of: meal, stage: rated}
  - {figure: orders_rated, period: 2023, is: 0}
---
story: 改派的单重新等待，撤单不计，服务期跨国庆顺延 An order passed on waits again; one withdrawn counts nowhere
when:
  - {as: grid_desk, on: 2023-09-27, open: resident_order, is: fix, with: {what: 修水龙头, kind: repair, grid: 付村第一网格, channel: door}}
  - {as: grid_worker, on: 2023-09-27, move: take, of: fix}
  - {as: grid_desk, on: 2023-09-27, open: resident_order, is: off, with: {what: 代买米面, kind: shopping, grid: 付村第一网格, channel: wechat}}
  - {as: grid_desk, on: 2023-09-27, move: withdraw, of: off, reason: 家人已买}
then:
  - {of: fix, due: serve, is: 2023-10-08}
  - {of: off, stage: withdrawn}
  - {figure: orders_waiting, period: 2023, is: 0}
  - {on: 2023-10-09, figure: orders_late, period: 2023, is: 1}
