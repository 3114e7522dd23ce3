story: 不交被反映单位办理，答复后化解计入化解率 It does not go to the office it is about; once settled it counts in the rate
given:
  - {as: portal, on: 2023-03-06, open: petition_case, is: gate, with: {matter: 小区出入口积水, kind: claim, topic: property, channel: online, site: 国兴佳园, concerns: engineering_office}}
when:
  - {as: petition, on: 2023-03-08, move: accept, of: gate, with: {lead: engineering_office}, refused: 不得交被反映单位}
  - {as: petition, on: 2023-03-08, move: accept, of: gate, with: {lead: city_office}}
  - {as: handler, office: city_office, on: 2023-03-13, move: start, of: gate}
  - {as: deputy_mayor, on: 2023-03-14, move: sponsor, of: gate, with: {sponsor: 分管副镇长, old_case: true}}
  - {as: handler, office: city_office, on: 2023-03-27, move: answer, of: gate, with: {outcome: granted}}
  - {as: petition, on: 2023-04-03, move: settle, of: gate, with: {settled: true, satisfied: content}}
then:
  - {of: gate, stage: closed}
  - {figure: petitions_done, period: 2023-04, slice: channel=online, is: 1}
  - {figure: petitions_rate, period: 2023, is: 100}
  - {figure: old_cases_settled, period: 2023, is: 1}
---
story: 六十日办理，异议五个工作日内提出，逾期不申请复查即终结 Handling has sixty days, an objection five workdays; who asks no review in time ends it
given:
  - {as: petition, on: 2023-03-06, open: petition_case, with: {matter: 道路破损, kind: claim, topic: transport, channel: letter, site: 付村, deputies: 3}, refused: 只有来访}
  - {as: petition, on: 2023-03-06, open: petition_case, is: road, with: {matter: 道路破损, kind: claim, topic: transport, channel: letter, site: 付村}}
  - {as: petition, on: 2023-03-06, open: petition_case, is: noise, with: {matter: 夜间噪声, kind: claim, topic: environment, channel: online, site: 姚村}}
when:
  - {as: petition, on: 2023-03-13, move: accept, of: road, with: {lead: engineering_office}}
  - {as: petition, on: 2023-03-13, move: accept, of: noise, with: {lead: city_office}}
  - {as: handler, office: city_office, on: 2023-03-22, move: object, of: noise, reason: 应由环保办理, refused: 已过异议期限}
  - {as: handler, office: engineering_office, on: 2023-03-20, move: start, of: road}
  - {as: handler, office: engineering_office, on: 2023-04-03, move: answer, of: road, with: {outcome: explained}}
  - {on: 2023-05-05}
then:
  - {of: road, stage: ended}
  - {of: noise, due: handle, is: 2023-05-12}
  - {figure: petitions_overdue, period: 2023, is: 0}
  - {on: 2023-05-13, figure: petitions_overdue, period: 2023, is: 1}
  - {figure: petitions_rate, period: 2023, is: 0}
