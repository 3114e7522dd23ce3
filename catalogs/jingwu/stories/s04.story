story: 营收达标才能申报纳统 Only a firm above the threshold is applied for and joins
given:
  - {as: economy, on: 2023-03-01, open: enterprise, is: firm, with: {name: （模拟）津味餐饮有限公司, code: 91120111MA0A00000J, place: 姚村, registered: 2020-03-01}}
when:
  - {as: economy, on: 2023-03-02, open: scale_firm, is: rise, with: {firm: "@firm", year: 2023, class: hospitality, threshold: 2000000}}
  - {as: economy, on: 2023-03-03, move: nurse, of: rise, with: {revenue: 1700000, expected: 2023-09}}
  - {as: statistician, on: 2023-09-04, move: reach, of: rise, with: {revenue: 1900000}, refused: 未达标准}
  - {as: statistician, on: 2023-09-18, move: reach, of: rise, with: {revenue: 2100000}}
  - {as: economy, on: 2023-09-27, move: apply, of: rise}
  - {as: statistician, on: 2023-10-10, move: examine, of: rise, with: {result: 材料齐全}}
  - {as: statistician, on: 2023-11-15, move: join, of: rise, with: {joined: 2023-11-10}}
then:
  - {of: rise, stage: joined}
  - {of: rise, due: examine, is: 2023-10-17}
  - {figure: scale_joined, period: 2023-11, slice: class=hospitality, is: 1}
---
story: 审核退回的企业继续培育 A firm that is refused goes on being nursed
given:
  - {as: economy, on: 2023-03-01, open: enterprise, is: firm, with: {name: （模拟）速达物流有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2019-03-01}}
  - {as: economy, on: 2023-03-02, open: scale_firm, is: rise, with: {firm: "@firm", year: 2023, class: transport, threshold: 10000000}}
  - {as: economy, on: 2023-03-03, move: nurse, of: rise, with: {revenue: 9000000, expected: 2023-09}}
when:
  - {as: statistician, on: 2023-09-18, move: reach, of: rise, with: {revenue: 11000000}}
  - {as: economy, on: 2023-09-22, move: apply, of: rise}
  - {as: statistician, on: 2023-09-26, move: fail, of: rise, reason: 近12个月营收依据不足}
  - {as: economy, on: 2023-09-27, move: apply, of: rise, refused: true}
then:
  - {of: rise, stage: nursed}
  - {figure: scale_nursed, period: 2023, is: 1}
  - {figure: scale_near, period: 2023, is: 1}
  - {figure: scale_joined, period: 2023, is: 0}
