story: 先送法后执法，两人执法 The law is explained first, and two officers go
given:
  - {as: city_mgmt, on: 2023-09-01, open: law_lesson, is: lesson, with: {topic: 门前三包, field: city, audience: trader, place: 姚村}}
  - {as: city_mgmt, on: 2023-09-05, open: enforcement_case, is: case, with: {matter: 占道堆物, field: city, place: 姚村, lesson: "@lesson"}}
when:
  - {as: city_mgmt, on: 2023-09-05, move: look, of: case, with: {officers: [{card: Z1}, {card: Z2}], found: 占道一处}, refused: 须先送法}
  - {as: city_mgmt, on: 2023-09-06, move: hold, of: lesson, with: {day: 2023-09-06, people: 30}}
  - {as: city_mgmt, on: 2023-09-11, move: look, of: case, with: {officers: [{card: Z1}], found: 占道一处}, refused: 须两人以上}
  - {as: city_mgmt, on: 2023-09-11, move: look, of: case, with: {officers: [{card: Z1}, {card: Z2}], found: 占道一处}}
  - {as: city_mgmt, on: 2023-09-11, move: order, of: case, with: {order_no: 责改1号, mend_by: 2023-09-18}}
  - {as: city_mgmt, on: 2023-09-19, move: recheck, of: case, with: {recheck: 已清理}}
  - {as: city_mgmt, on: 2023-09-19, move: mend, of: case, note: 教育后改正}
then:
  - {of: case, stage: mended}
  - {figure: law_lessons, period: 2023, is: 1}
  - {figure: cases_mended, period: 2023, slice: field=city, is: 1}
  - {figure: cases_decided, period: 2023, is: 0}
---
story: 处罚决定七个工作日内公示 A penalty is published within seven workdays
given:
  - {as: city_mgmt, on: 2023-08-01, open: law_lesson, is: lesson, with: {topic: 违建治理, field: building, audience: resident, place: 姚村}}
  - {as: city_mgmt, on: 2023-08-02, move: hold, of: lesson, with: {day: 2023-08-02, people: 20}}
  - {as: city_mgmt, on: 2023-08-10, open: enforcement_case, is: case, with: {matter: 擅自搭建, field: building, place: 姚村, lesson: "@lesson"}}
  - {as: city_mgmt, on: 2023-08-10, move: order, of: case, with: {order_no: 责改2号, mend_by: 2023-08-25}}
  - {as: city_mgmt, on: 2023-08-28, move: recheck, of: case, with: {recheck: 未拆除}}
when:
  - {as: city_mgmt, on: 2023-08-29, move: file, of: case, reason: 拒不改正, refused: 执法大队长}
  - {as: city_chief, on: 2023-08-29, move: file, of: case, reason: 拒不改正}
  - {as: city_chief, on: 2023-09-25, move: decide, of: case, with: {notice_no: 告1, decision_no: 罚1, legal_note: 程序合法}}
then:
  - {of: case, due: show, is: 2023-10-10}
  - {figure: cases_decided, period: 2023, slice: field=building, is: 1}
  - {on: 2023-10-11, figure: cases_unshown, period: 2023, is: 1}
