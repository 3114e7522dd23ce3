story: 两人入户、公示期满、造册与拨付分人 Two visit, the notice runs out, and who draws the list does not pay
given:
  - {as: village, place: 付村, on: 2023-03-01, open: aid_grant, is: grant, with: {who: 申请人甲, kind: subsistence, site: 付村}}
  - {as: welfare, on: 2023-03-06, move: visit, of: grant, with: {visitors: 1, visit_note: 收入核对一致, kin: false}, refused: 两人以上}
  - {as: welfare, on: 2023-03-06, move: visit, of: grant, with: {visitors: 2, visit_note: 收入核对一致, kin: false}}
  - {as: welfare, on: 2023-03-08, move: review, of: grant, with: {monthly: 1010}, refused: 入户核查}
  - {as: panel, on: 2023-03-08, move: review, of: grant, with: {monthly: 1010}}
  - {as: village, place: 付村, on: 2023-03-09, move: show, of: grant}
  - {as: welfare, on: 2023-03-13, move: confirm, of: grant, with: {since: 2023-04-01}, refused: 公示期未满}
  - {as: welfare, on: 2023-03-20, move: confirm, of: grant, with: {since: 2023-04-01}}
when:
  - {as: welfare, on: 2023-04-03, open: aid_batch, is: april, with: {kind: subsistence, month: 2023-04}}
  - {as: deputy_mayor, on: 2023-04-04, move: approve, of: april, refused: true}
  - {as: welfare, on: 2023-04-04, move: draw, of: april}
  - {on: 2023-04-06, find: aid_payout, is: payout}
  - {as: deputy_mayor, on: 2023-04-06, move: approve, of: april}
  - {as: welfare, on: 2023-04-07, move: pay, of: april, refused: true}
  - {as: finance, on: 2023-04-10, move: pay, of: april}
then:
  - {of: payout, stage: paid, field: amount, is: 1010.00}
  - {of: april, field: heads, is: 1}
  - {figure: aid_paid, period: 2023-04, slice: kind=subsistence, is: 1010}
  - {figure: aid_times, period: 2023, is: 1}
  - {figure: aid_people, period: 2023, is: 1}
  - {of: grant, due: recheck, is: 2024-03-20}
---
story: 初审意见十五个工作日，退回的不计，停发后不再造册 The first opinion has fifteen workdays; what comes back counts nowhere
given:
  - {as: grid_worker, place: 姚村, on: 2023-04-20, open: aid_grant, is: waits, with: {who: 申请人乙, kind: temporary, way: found, site: 姚村}}
  - {as: village, place: 姚村, on: 2023-04-03, open: aid_grant, is: grant, with: {who: 申请人丙, kind: destitute, site: 姚村}}
  - {as: welfare, on: 2023-04-04, move: visit, of: grant, with: {visitors: 2, visit_note: 无其他资产, kin: false}}
  - {as: panel, on: 2023-04-06, move: review, of: grant, with: {monthly: 1600}}
  - {as: village, place: 姚村, on: 2023-04-07, move: show, of: grant}
  - {as: welfare, on: 2023-04-17, move: confirm, of: grant, with: {since: 2023-05-01}}
when:
  - {as: welfare, on: 2023-05-04, open: aid_batch, is: may, with: {kind: destitute, month: 2023-05}}
  - {as: welfare, on: 2023-05-04, move: draw, of: may}
  - {on: 2023-05-06, find: aid_payout, is: payout}
  - {as: deputy_mayor, on: 2023-05-06, move: approve, of: may}
  - {as: finance, on: 2023-05-08, move: pay, of: may}
  - {as: finance, on: 2023-05-10, move: send_back, of: payout, with: {back_on: 2023-05-10}, reason: 银行退汇}
  - {as: welfare, on: 2023-05-11, move: stop, of: grant, with: {stopped_on: 2023-05-11}, reason: 户籍迁出}
  - {as: welfare, on: 2023-06-01, open: aid_batch, is: june, with: {kind: destitute, month: 2023-06}}
  - {as: welfare, on: 2023-06-02, move: draw, of: june}
  - {as: deputy_mayor, on: 2023-06-05, move: approve, of: june, refused: 还没有发放明细}
then:
  - {of: waits, due: opinion, is: 2023-05-12}
  - {figure: aid_opinions_late, period: 2023, is: 1}
  - {figure: aid_paid, period: 2023, is: 0}
  - {figure: aid_current, period: 2023, is: 0}
  - {of: may, field: total, is: 0.00}
