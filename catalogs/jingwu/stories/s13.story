story: 公示期满、由未参与审核的人拨付 Funds are paid after the notice, by somebody who did not review
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）惠企有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-01-06, open: policy_clause, is: clause, with: {name: 技改补助, level: district, since: 2023-01-01}}
  - {as: economy, on: 2023-09-01, open: policy_payout, is: pay, with: {clause: "@clause", firm: "@firm"}}
when:
  - {as: economy, on: 2023-09-04, move: apply, of: pay, with: {asked: 300000}}
  - {as: economy, on: 2023-09-15, move: review, of: pay, with: {amount: 320000}, refused: 不得超过申报}
  - {as: economy, on: 2023-09-20, move: review, of: pay, with: {amount: 280000}}
  - {as: economy, on: 2023-09-27, move: show, of: pay}
  - {as: finance, on: 2023-09-28, move: pay, of: pay, with: {paid_on: 2023-09-28}, refused: true}
  - {as: finance, on: 2023-10-12, move: pay, of: pay, with: {paid_on: 2023-10-12}}
then:
  - {of: pay, stage: paid, field: level, is: district}
  - {figure: policy_paid, period: 2023-10, slice: level=district, is: 280000}
  - {figure: policy_firms, period: 2023, is: 1}
---
story: 公示期遇国庆顺延五个工作日 The notice of five workdays passes over the autumn holidays
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）惠企有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-01-06, open: policy_clause, is: clause, with: {name: 上市奖励, level: city, since: 2023-01-01}}
  - {as: economy, on: 2023-09-20, open: policy_payout, is: pay, with: {clause: "@clause", firm: "@firm"}}
when:
  - {as: economy, on: 2023-09-21, move: apply, of: pay, with: {asked: 500000}}
  - {as: economy, on: 2023-09-22, move: review, of: pay, with: {amount: 500000}}
  - {as: economy, on: 2023-09-27, move: show, of: pay}
  - {as: finance, on: 2023-10-09, move: refuse, of: pay, reason: 公示期间有异议，经查不符合条件}
then:
  - {of: pay, stage: refused}
  - {of: pay, due: show, is: 2023-10-10}
  - {figure: policy_paid, period: 2023, is: 0}
  - {figure: policy_firms, period: 2023, is: 0}
