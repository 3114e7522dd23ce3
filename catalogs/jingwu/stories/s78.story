story: 认定后三十日内安置清零，由村居回访 A jobless family is placed within thirty days and followed up
given:
  - {as: grid_worker, place: 付村, on: 2023-03-06, open: jobless_case, is: home, with: {source: round, applicant: 申请人甲, site: 付村}}
  - {as: labour, on: 2023-03-09, move: recognise, of: home, with: {members: [{relation: 本人, registered_on: 2023-02-20}, {relation: 配偶, registered_on: 2023-03-01}], recognised_on: 2023-03-09}}
when:
  - {as: labour, on: 2023-03-13, move: place, of: home, with: {post: 公共区域保洁, bottom_line: true, placed_on: 2023-03-13}, refused: true}
  - {as: village, place: 付村, on: 2023-03-13, move: help, of: home, with: {measures: [advice, referral]}}
  - {as: village, place: 付村, on: 2023-03-27, move: place, of: home, with: {post: 公共区域保洁, bottom_line: true, placed_on: 2023-03-27}, refused: 人社}
  - {as: labour, on: 2023-03-28, move: place, of: home, with: {post: 公共区域保洁, bottom_line: true, placed_on: 2023-03-27}}
  - {as: village, place: 付村, on: 2023-05-08, move: follow, of: home, note: 在岗}
then:
  - {of: home, stage: visited}
  - {figure: jobless_found, period: 2023-03, slice: source=round, is: 1}
  - {figure: jobless_placed, period: 2023, place: 付村, is: 1}
  - {figure: jobless_posts, period: 2023, is: 1}
  - {figure: jobless_now, period: 2023, is: 0}
---
story: 超期未清零当月就不是动态清零，不符合的不计 A family not placed in time breaks the zero of its month; what is no case counts nowhere
given:
  - {as: village, place: 姚村, on: 2023-01-09, open: jobless_case, is: late, with: {source: asked, applicant: 申请人乙, site: 姚村}}
  - {as: village, place: 姚村, on: 2023-01-09, open: jobless_case, is: no, with: {source: data, applicant: 申请人丙, site: 姚村}}
when:
  - {as: labour, on: 2023-01-11, move: recognise, of: late, with: {members: [{relation: 本人, registered_on: 2022-12-20}], recognised_on: 2023-01-11}}
  - {as: labour, on: 2023-01-11, move: reject, of: no, reason: 家庭成员已参保就业}
then:
  - {of: late, due: place, is: 2023-02-10}
  - {of: no, stage: not_one}
  - {on: 2023-03-01, figure: jobless_late, period: 2023-02, is: 1}
  - {figure: jobless_zero, period: 2023-02, is: 0}
  - {figure: jobless_now, period: 2023, is: 1}
  - {figure: jobless_found, period: 2023, is: 1}
