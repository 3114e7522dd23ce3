story: 民生实事从征集到差额票决、实施、代表测评 A livelihood project from the idea to the ballot with more candidates than places, the work and the deputies' rating
given:
  - {as: village, place: 付村, on: 2023-01-04, open: livelihood_idea, is: toilet, with: {name: 改造村居公厕, text: 旱厕多, source: village, matter: environment, site: 付村}}
  - {as: congress_member, on: 2023-01-04, open: livelihood_idea, is: park, with: {name: 建设口袋公园, text: 老人没处去, source: deputy, matter: culture}}
  - {as: office, on: 2023-01-04, open: livelihood_idea, is: bridge, with: {name: 修建人行天桥, text: 过街难, source: office, matter: roads}}
  - {as: chief, office: village_affairs, on: 2023-01-09, move: argue, of: toilet, with: {cost: 120000, lead: engineering_office, opinion: 条件具备, merits: [wide, ready, funded], needed: 5200}}
  - {as: chief, office: congress_office, on: 2023-01-09, move: argue, of: park, with: {cost: 80000, lead: engineering_office, opinion: 条件具备, merits: [wide, good, funded]}}
  - {as: chief, who: 乙, on: 2023-01-09, move: argue, of: bridge, with: {cost: 9000000, lead: engineering_office, opinion: 资金没有落实, merits: [wide]}}
when:
  - {as: mayor, on: 2023-01-10, move: nominate, of: toilet}
  - {as: mayor, on: 2023-01-10, move: nominate, of: park}
  - {as: mayor, on: 2023-01-10, move: nominate, of: bridge, refused: 资金没有来源}
  - {as: mayor, on: 2023-01-10, move: decline, of: bridge, reason: 资金没有来源}
  - {as: congress, on: 2023-01-11, open: livelihood_ballot, is: ballot, with: {session: 第五次会议, seats: 1, members: 60}}
  - {as: congress, on: 2023-01-12, move: vote, of: ballot, with: {held_on: 2023-01-12, present: 56, votes: [{idea: "@toilet", name: 改造村居公厕, ayes: 50, noes: 4, blanks: 2, chosen: 是}]}, refused: 须差额票决}
  - {as: congress, on: 2023-01-12, move: vote, of: ballot, with: {held_on: 2023-01-12, present: 56, votes: [{idea: "@toilet", name: 改造村居公厕, ayes: 28, noes: 24, blanks: 4, chosen: 是}, {idea: "@park", name: 建设口袋公园, ayes: 20, noes: 30, blanks: 6}]}, refused: 当选须过全体代表半数}
  - {as: congress, on: 2023-01-12, move: vote, of: ballot, with: {held_on: 2023-01-12, present: 56, votes: [{idea: "@toilet", name: 改造村居公厕, ayes: 50, noes: 4, blanks: 2, chosen: 是}, {idea: "@park", name: 建设口袋公园, ayes: 20, noes: 30, blanks: 6}]}}
  - {find: livelihood_project, is: work, with: {idea: "@toilet"}}
  - {as: mayor, on: 2023-02-01, move: start, of: work, with: {lead: engineering_office, finish_by: 2023-11-30, budget: 120000, nodes: [{what: 施工, by_day: 2023-09-30}]}}
  - {as: congress, on: 2023-06-06, move: inspect, of: work, with: {remark: 进度正常，注意无障碍设施}}
  - {as: office, office: engineering_office, on: 2023-09-20, move: finish, of: work, refused: 还有节点未完成}
  - {as: office, office: engineering_office, on: 2023-09-21, move: publish, of: work, with: {nodes: [{what: 施工, by_day: 2023-09-30, done_on: 2023-09-20}], spent: 118000}}
  - {as: office, office: engineering_office, on: 2023-09-22, move: finish, of: work}
  - {as: congress, on: 2023-12-12, move: rate, of: work, with: {rating: content, very: 40, fairly: 12, unhappy: 4}}
  - {as: congress, on: 2023-12-13, move: mend, of: work, reason: 重做, refused: 不是不满意}
then:
  - {of: work, stage: rated}
  - {of: work, field: content, is: 93}
  - {figure: livelihood_rated, period: 2023, slice: deputies=content, is: 1}
  - {of: work, due: rate, is: 2023-12-21}
  - {figure: livelihood_ideas, period: 2023, is: 3}
  - {figure: livelihood_chosen, period: 2023, is: 1}
  - {figure: livelihood_done, period: 2023, is: 1}
  - {figure: livelihood_content, period: 2023, is: 1}
---
story: 代表测评不满意的整改后重新测评 What the deputies are not satisfied with is mended and rated again
given:
  - {as: office, on: 2023-01-04, open: livelihood_idea, is: a, with: {name: 增设停车泊位, text: 停车难, source: office, matter: parking}}
  - {as: office, on: 2023-01-04, open: livelihood_idea, is: b, with: {name: 更新路灯, text: 路灯暗, source: office, matter: roads}}
  - {as: congress, on: 2023-01-11, open: livelihood_ballot, is: ballot, with: {session: 第五次会议, seats: 1, members: 60}}
  - {as: congress, on: 2023-01-12, move: vote, of: ballot, with: {held_on: 2023-01-12, present: 56, votes: [{idea: "@a", name: 增设停车泊位, ayes: 50, noes: 4, blanks: 2, chosen: 是}, {idea: "@b", name: 更新路灯, ayes: 20, noes: 30, blanks: 6}]}}
  - {find: livelihood_project, is: work, with: {idea: "@a"}}
  - {as: mayor, on: 2023-02-01, move: start, of: work, with: {lead: city_office, finish_by: 2023-11-30, budget: 50000, nodes: [{what: 划线, by_day: 2023-09-30, done_on: 2023-08-01}]}}
  - {as: office, office: city_office, on: 2023-08-02, move: finish, of: work}
when:
  - {as: congress, on: 2023-09-12, move: rate, of: work, with: {rating: fair, very: 10, fairly: 12, unhappy: 34}}
  - {as: congress, on: 2023-09-13, move: mend, of: work, reason: 泊位被占用，须整治}
  - {as: office, office: city_office, on: 2023-10-20, move: finish, of: work}
  - {as: congress, on: 2023-11-12, move: rate, of: work, with: {rating: content, very: 30, fairly: 20, unhappy: 6}}
then:
  - {of: work, stage: rated}
  - {figure: livelihood_rated, period: 2023, slice: deputies=content, is: 1}
  - {of: work, field: content, is: 89}
