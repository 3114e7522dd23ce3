story: 签协议的人不拨补偿，收回按收回日计 Who signs does not pay; the plot counts on the day it comes back
when:
  - {as: village, on: 2023-08-01, open: homestead, is: plot, with: {plot: MN-001, holder: 使用权人甲, place: 付村, area: 200, found_on: 2023-08-01}}
  - {as: village, on: 2023-09-04, move: agree, of: plot, with: {amount: 150000, agreed_on: 2023-09-04}}
  - {as: village, on: 2023-09-20, move: pay, of: plot, with: {paid_on: 2023-09-20}, refused: 财政专员}
  - {as: finance, on: 2023-09-20, move: pay, of: plot, with: {paid_on: 2023-09-20}}
  - {as: planning, on: 2023-10-16, move: return, of: plot, with: {returned_on: 2023-10-15}}
  - {as: engineering, on: 2023-11-06, move: clear, of: plot, with: {cleared_on: 2023-11-05}}
then:
  - {of: plot, stage: cleared, field: ended, is: 2023-11-05}
  - {figure: homesteads_returned, period: 2023-10, is: 1}
  - {figure: homesteads_area, period: 2023, is: 200}
  - {figure: homesteads_paid, period: 2023, is: 150000}
---
story: 不同意收回就此了结，逾期补偿看得见 Declining ends the case; a payment due is seen
given:
  - {as: planning, on: 2023-08-01, open: homestead, is: no, with: {plot: MN-002, holder: 使用权人乙, place: 付村, area: 180, found_on: 2023-08-01}}
  - {as: planning, on: 2023-08-01, open: homestead, is: slow, with: {plot: MN-003, holder: 使用权人丙, place: 付村, area: 160, found_on: 2023-08-01}}
when:
  - {as: planning, on: 2023-08-10, move: decline, of: no, note: 住户愿意保留}
  - {as: planning, on: 2023-09-04, move: agree, of: slow, with: {amount: 90000, agreed_on: 2023-09-04}}
then:
  - {of: no, stage: declined}
  - {of: slow, due: pay, is: 2023-10-04}
  - {on: 2023-10-09, figure: homesteads_late, period: 2023, is: 1}
  - {figure: homesteads_open, period: 2023, is: 1}
