story: 活动纪要里的意向转为招商线索 What an event brings becomes leads of investment
when:
  - {as: economy_park, on: 2023-09-11, open: park_event, is: salon, with: {name: 第三期沙龙, series: salon, place: 天开西青园, day: 2023-09-27, leads: [{name: （模拟）机器人关节项目, origin: local}]}}
  - {as: talent, on: 2023-09-13, move: call, of: salon}
  - {as: economy_park, on: 2023-09-27, move: hold, of: salon, with: {day: 2023-09-27, people: 45}}
  - {as: talent, on: 2023-09-28, move: file, of: salon, with: {minutes: 形成意向一个}, refused: 园区专员}
  - {as: economy_park, on: 2023-10-08, move: file, of: salon, with: {minutes: 形成意向一个}}
  - {find: investor_project, is: lead}
then:
  - {figure: park_events, period: 2023, slice: series=salon, is: 1}
  - {figure: park_event_leads, period: 2023-10, is: 1}
  - {of: lead, stage: lead, field: origin, is: local}
---
story: 纪要五个工作日未归档即逾期，取消的不计 Minutes are due in five workdays; a dropped event counts nowhere
given:
  - {as: economy_park, on: 2023-09-11, open: park_event, is: forum, with: {name: 校友论坛, series: alumni, place: 天开西青园, day: 2023-09-27}}
  - {as: economy_park, on: 2023-09-11, open: park_event, is: off, with: {name: 项目路演, series: pitch, place: 天开西青园, day: 2023-10-20}}
when:
  - {as: talent, on: 2023-09-13, move: call, of: forum}
  - {as: economy_park, on: 2023-09-27, move: hold, of: forum, with: {day: 2023-09-27, people: 120}}
  - {as: economy_park, on: 2023-09-28, move: drop, of: off, reason: 嘉宾行程变更}
then:
  - {of: forum, due: file, is: 2023-10-10}
  - {on: 2023-10-11, figure: park_events_unfiled, period: 2023, is: 1}
  - {figure: park_events, period: 2023, is: 1}
