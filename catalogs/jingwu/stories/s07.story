story: 对接日志里的诉求自动交办，假期顺延 What a firm asks in a contact goes to an office, with a day that skips the holidays
given:
  - {as: economy, on: 2023-03-01, open: key_project, is: plant, with: {name: （模拟）检测中心, kind: new, place: 学府园区, total: 30000000}}
  - {as: economy, on: 2023-03-02, open: service_team, is: team, with: {project: "@plant", leader: 包联领导甲, officer: 联络员乙, office: economy_office, since: 2023-03-02}}
  - {as: economy, on: 2023-03-03, move: serve, of: team}
when:
  - {as: economy, on: 2023-09-25, open: service_contact, is: talk, with: {team: "@team", asks: [{what: 厂区门前道路破损, kind: road, office: engineering_office}]}}
  - {as: economy, on: 2023-09-25, move: hold, of: talk, with: {day: 2023-09-25, way: visit, summary: 了解建设进度}}
  - {find: service_ask, is: road}
  - {as: handler, office: engineering_office, on: 2023-09-26, move: take, of: road}
then:
  - {of: road, due: settle, is: 2023-10-13}
  - {figure: service_contacts, period: 2023, is: 1}
  - {figure: service_asks_open, period: 2023, slice: kind=road, is: 1}
  - {figure: service_asks_settled, period: 2023, is: 0}
---
story: 办结的人不能自己评价，不满意重办 Who settled a request does not rate it
given:
  - {as: economy, on: 2023-06-01, open: service_ask, is: ask, with: {what: 协调增容用电, kind: utility, office: economy_office}}
when:
  - {as: economy, on: 2023-06-02, move: take, of: ask}
  - {as: economy, on: 2023-06-05, move: settle, of: ask, with: {reply: 供电公司已增容}}
  - {as: economy, on: 2023-06-06, move: rate, of: ask, with: {rating: good}, refused: 办结}
  - {as: economy, who: 乙, on: 2023-06-06, move: redo, of: ask, reason: 企业反映仍不稳定}
then:
  - {of: ask, stage: working}
  - {figure: service_asks_settled, period: 2023, is: 0}
