story: 项目经工作坊打磨后发布，活动计场次 A brand project is polished, published, and its events count
given:
  - {as: village, on: 2023-03-01, open: volunteer_project, is: brand, with: {brand: 暖阳行动, site: 付村, kind: elderly}}
  - {as: publicity, on: 2023-03-06, move: accept, of: brand, with: {goal: 每月助老两次}}
  - {as: village, on: 2023-03-07, move: publish, of: brand, with: {polish: 自行发布}, refused: true}
when:
  - {as: publicity, on: 2023-04-03, move: publish, of: brand, with: {polish: 突出武术特色}}
  - {as: village, on: 2023-09-20, open: volunteer_event, is: day, with: {name: 重阳助老, project: "@brand", kind: elderly, site: 付村}}
  - {as: village, on: 2023-10-23, move: hold, of: day, with: {held_on: 2023-09-28, hours: 3, people: 12}}
  - {as: publicity, on: 2023-10-24, move: rate, of: day, with: {rating: very}}
then:
  - {figure: volunteer_events, period: 2023-09, slice: kind=elderly, is: 1}
  - {figure: volunteer_projects, period: 2023, is: 1}
  - {figure: volunteer_hours, period: 2023, is: 3}
  - {of: brand, field: events, is: 1}
---
story: 打磨限六十日，未立项和取消的不计 Polishing has sixty days; what is declined or called off counts nowhere
given:
  - {as: village, on: 2023-03-01, open: volunteer_project, is: slow, with: {brand: 微光, site: 姚村, kind: children}}
  - {as: village, on: 2023-03-01, open: volunteer_project, is: no, with: {brand: 同心, site: 姚村, kind: other}}
when:
  - {as: publicity, on: 2023-03-06, move: accept, of: slow, with: {goal: 课后托管}}
  - {as: publicity, on: 2023-03-06, move: decline, of: no, reason: 与已有项目重复}
  - {as: village, on: 2023-05-04, open: volunteer_event, is: off, with: {name: 河边清理, kind: environment, site: 姚村}}
  - {as: village, on: 2023-05-05, move: call_off, of: off, reason: 大雨}
then:
  - {of: slow, due: polish, is: 2023-05-05}
  - {of: no, stage: declined}
  - {figure: volunteer_events, period: 2023, is: 0}
  - {figure: volunteer_projects, period: 2023, is: 0}
