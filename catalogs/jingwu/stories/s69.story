story: 研学团队登记学校，按学校去重 A study group tells its school; a school counts once a year
given:
  - {as: culture, on: 2023-02-01, open: tour_product, is: trip, with: {name: 武术研学, kind: study, site: 小南河村, since: 2023-02-01}}
  - {as: culture, on: 2023-02-01, open: visitor_school, is: school, with: {name: （模拟）第二小学, kind: primary}}
  - {as: culture, on: 2023-04-03, open: tour_group, is: one, with: {name: 三年级, product: "@trip", booked_on: 2023-04-20}}
  - {as: culture, on: 2023-04-03, open: tour_group, is: two, with: {name: 四年级, product: "@trip", booked_on: 2023-05-18, school: "@school"}}
when:
  - {as: culture, on: 2023-04-20, move: receive, of: one, with: {came_on: 2023-04-20, students: 100, adults: 8}, refused: 须登记学校}
  - {as: culture, on: 2023-04-20, move: receive, of: one, with: {came_on: 2023-04-20, students: 100, adults: 8, school: "@school"}}
  - {as: culture, on: 2023-05-18, move: receive, of: two, with: {came_on: 2023-05-18, students: 90, adults: 7}}
  - {as: finance, on: 2023-04-27, move: settle, of: one, with: {income: 5000}}
then:
  - {figure: study_schools, period: 2023, is: 1}
  - {figure: study_students, period: 2023, is: 190}
  - {of: one, stage: settled}
  - {of: two, due: settle, is: 2023-06-01}
---
story: 团队十个工作日未结算即逾期，取消的不计，赛事计举办 A group unsettled in ten workdays is late
given:
  - {as: culture, on: 2023-02-01, open: tour_product, is: gate, with: {name: 节庆门票, kind: festival, site: 小南河村, since: 2023-02-01}}
  - {as: culture, on: 2023-09-01, open: tour_group, is: group, with: {name: （模拟）旅行团, product: "@gate", booked_on: 2023-09-25}}
  - {as: culture, on: 2023-09-01, open: tour_group, is: off, with: {name: （模拟）散团, product: "@gate", booked_on: 2023-09-26}}
  - {as: culture, on: 2023-03-01, open: hosted_contest, is: cup, with: {name: 武术邀请赛, level: district, site: 小南河村}}
when:
  - {as: culture, on: 2023-04-03, move: agree, of: cup, with: {host: 区体育局}}
  - {as: culture, on: 2023-05-22, move: hold, of: cup, with: {held_on: 2023-05-20, people: 600}}
  - {as: culture, on: 2023-09-25, move: receive, of: group, with: {came_on: 2023-09-25, students: 0, adults: 40}}
  - {as: culture, on: 2023-09-26, move: call_off, of: off, reason: 客源不足}
then:
  - {of: group, due: settle, is: 2023-10-13}
  - {on: 2023-10-16, figure: tours_unsettled, period: 2023, is: 1}
  - {figure: tour_visitors, period: 2023, slice: kind=festival, is: 40}
  - {figure: contests_hosted, period: 2023, slice: level=district, is: 1}
