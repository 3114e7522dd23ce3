story: 有效专利按授权日与失效日计存量 A patent is in force from its grant until it lapses
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）专利有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-03-01, open: patent, is: one, with: {code: ZL-1, name: 压力传感器, firm: "@firm", kind: invention, granted: 2022-05-10, fee_due: 2023-05-10}}
when:
  - {as: economy, on: 2023-03-02, move: verify, of: one, refused: 登记}
  - {as: economy, who: 乙, on: 2023-03-02, move: verify, of: one}
  - {as: finance, on: 2023-08-15, move: lapse, of: one, with: {lapsed: 2023-08-10}, reason: 未缴年费, refused: true}
  - {as: economy, on: 2023-08-15, move: lapse, of: one, with: {lapsed: 2023-08-10}, reason: 未缴年费}
then:
  - {figure: patents_valid, period: 2023-07, slice: kind=invention, is: 1}
  - {figure: patents_valid, period: 2023-08, is: 0}
  - {figure: patents_granted, period: 2023, is: 0}
---
story: 年费到期未缴即逾期，续缴后顺延一年 A fee not paid is late until it is
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）年费有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-03-01, open: patent, is: one, with: {code: ZL-2, name: 温控装置, firm: "@firm", kind: model, granted: 2022-05-10, fee_due: 2023-05-10}}
  - {as: economy, who: 乙, on: 2023-03-02, move: verify, of: one}
when:
  - {on: 2023-05-15}
  - {as: economy, on: 2023-05-18, move: pay_fee, of: one, with: {fee_due: 2024-05-10}}
then:
  - {of: one, due: fee, is: 2024-05-10}
  - {figure: patents_fee_late, period: 2023, is: 0}
  - {figure: patents_valid, period: 2023, is: 1}
