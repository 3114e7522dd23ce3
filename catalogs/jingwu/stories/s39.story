story: 来件分办、答复、归档，答复人不归档 A letter is answered by one and filed by another
when:
  - {as: desk, on: 2023-09-25, open: letter, is: letter, with: {channel: letter, title: 反映公交站点远, content: 希望增设站点, category: road, place: 付村, came_on: 2023-09-25}}
  - {as: petition, on: 2023-09-26, move: assign, of: letter, with: {office: engineering_office}}
  - {as: handler, office: engineering_office, on: 2023-10-09, move: take, of: letter}
  - {as: handler, office: engineering_office, on: 2023-10-10, move: file, of: letter, with: {archive_no: LX-1}, refused: 热线受理员}
  - {as: handler, office: engineering_office, on: 2023-10-13, move: answer, of: letter, with: {reply: 已报交通部门, replied_by: letter, outcome: explained}}
  - {as: desk, on: 2023-10-16, move: file, of: letter, with: {archive_no: LX-1}}
then:
  - {figure: letters_closed, period: 2023-10, slice: channel=letter, is: 1}
  - {figure: letters_rate, period: 2023, is: 100}
  - {of: letter, stage: filed}
---
story: 已有热线工单的来件并入工单，不重复计 A matter that is a hotline order already counts once
given:
  - {as: desk, on: 2023-09-25, open: hotline_order, is: order, with: {title: 停水, kind: help, category: utility, content: 三天停水, place: 付村}}
  - {as: desk, on: 2023-09-26, open: letter, is: same, with: {channel: message, title: 停水, content: 三天停水, category: utility, place: 付村, came_on: 2023-09-26}}
  - {as: desk, on: 2023-09-26, open: letter, is: late, with: {channel: call, title: 路面破损, content: 坑洼, category: road, place: 付村, came_on: 2023-09-26}}
when:
  - {as: desk, on: 2023-09-27, move: join, of: same, with: {order: "@order"}}
  - {as: desk, on: 2023-09-27, move: assign, of: late, with: {office: engineering_office}}
then:
  - {of: same, stage: joined}
  - {of: late, due: answer, is: 2023-10-24}
  - {figure: letters_received, period: 2023, is: 2}
  - {on: 2023-10-25, figure: letters_overdue, period: 2023, is: 1}
  - {figure: letters_closed, period: 2023, is: 0}
