story: 差额票决、过全体半数当选，节点办完才算完成 A contested ballot of more than half chooses; a project is finished when its steps are
given:
  - {as: portal, on: 2023-01-09, open: livelihood_idea, is: lamps, with: {name: 村道路灯, text: 夜间太暗, source: resident, site: 付村, matter: roads}}
  - {as: village, place: 姚村, on: 2023-01-09, open: livelihood_idea, is: park, with: {name: 停车场, text: 车位不足, source: village, site: 姚村, matter: parking}}
  - {as: village, place: 付村, on: 2023-01-16, move: argue, of: lamps, with: {cost: 200000, lead: engineering_office, opinion: 可行}, refused: 人大}
  - {as: congress, on: 2023-01-16, move: argue, of: lamps, with: {cost: 200000, lead: engineering_office, opinion: 可行}}
  - {as: congress, on: 2023-01-16, move: argue, of: park, with: {cost: 900000, lead: engineering_office, opinion: 用地待定}}
  - {as: mayor, on: 2023-01-17, move: nominate, of: lamps}
  - {as: mayor, on: 2023-01-17, move: nominate, of: park}
  - {as: congress, on: 2023-01-18, open: livelihood_ballot, is: ballot, with: {session: 模拟人代会, seats: 1, members: 60}}
when:
  - {as: congress, on: 2023-01-19, move: vote, of: ballot, with: {held_on: 2023-01-19, present: 50, votes: [{idea: "@lamps", name: 村道路灯, ayes: 45, noes: 3, blanks: 2, chosen: true}]}, refused: 差额}
  - {as: congress, on: 2023-01-19, move: vote, of: ballot, with: {held_on: 2023-01-19, present: 50, votes: [{idea: "@lamps", name: 村道路灯, ayes: 30, noes: 18, blanks: 2, chosen: true}, {idea: "@park", name: 停车场, ayes: 20, noes: 28, blanks: 2}]}, refused: 半数}
  - {as: congress, on: 2023-01-19, move: vote, of: ballot, with: {held_on: 2023-01-19, present: 50, votes: [{idea: "@lamps", name: 村道路灯, ayes: 45, noes: 3, blanks: 2, chosen: true}, {idea: "@park", name: 停车场, ayes: 20, noes: 28, blanks: 2}]}}
  - {find: livelihood_project, is: project}
  - {as: mayor, on: 2023-02-06, move: start, of: project, with: {lead: engineering_office, finish_by: 2023-09-28, budget: 200000, nodes: [{what: 招标, by_day: 2023-04-30}, {what: 安装, by_day: 2023-09-20}]}}
  - {as: handler, office: engineering_office, on: 2023-05-08, move: publish, of: project, with: {spent: 60000, nodes: [{what: 招标, by_day: 2023-04-30, done_on: 2023-04-28}, {what: 安装, by_day: 2023-09-20}]}}
  - {as: handler, office: engineering_office, on: 2023-09-11, move: finish, of: project, refused: 还有节点未完成}
  - {as: handler, office: engineering_office, on: 2023-09-18, move: publish, of: project, with: {spent: 190000, nodes: [{what: 招标, by_day: 2023-04-30, done_on: 2023-04-28}, {what: 安装, by_day: 2023-09-20, done_on: 2023-09-15}]}}
  - {as: handler, office: engineering_office, on: 2023-09-19, move: finish, of: project}
  - {as: congress, on: 2023-12-11, move: rate, of: project, with: {rating: very, deputies: content}}
then:
  - {of: project, stage: rated, field: advance, is: 100}
  - {figure: livelihood_ideas, period: 2023, slice: source=resident, is: 1}
  - {figure: livelihood_chosen, period: 2023-01, is: 1}
  - {figure: livelihood_done, period: 2023-09, is: 1}
---
story: 建议六十日论证，期限已过的项目看得见 An idea is argued in sixty days; a project past its day is seen
given:
  - {as: congress_member, on: 2023-03-01, open: livelihood_idea, is: idea, with: {name: 健身步道, text: 环河步道, source: deputy, matter: culture}}
  - {as: congress, on: 2023-02-01, open: livelihood_ballot, is: ballot, with: {session: 模拟人代会, seats: 1, members: 60}}
  - {as: congress, on: 2023-02-02, move: vote, of: ballot, with: {held_on: 2023-02-02, present: 31, votes: [{idea: "@idea", name: 健身步道, ayes: 31, noes: 0, blanks: 0, chosen: true}, {idea: "@idea", name: 书屋, ayes: 0, noes: 31, blanks: 0}]}}
  - {find: livelihood_project, is: project}
when:
  - {as: mayor, on: 2023-02-06, move: start, of: project, with: {lead: culture_office, finish_by: 2023-09-28, budget: 100000, nodes: [{what: 施工, by_day: 2023-09-01}]}}
then:
  - {of: idea, due: argue, is: 2023-04-30}
  - {of: project, due: finish, is: 2023-09-28}
  - {on: 2023-10-09, figure: livelihood_late, period: 2023, is: 1}
  - {figure: livelihood_open, period: 2023, is: 1}
