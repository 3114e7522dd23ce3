story: 武术六进须填课时，开展后归档 Wushu lessons tell their hours
when:
  - {as: culture, on: 2023-09-01, open: culture_event, is: class, with: {name: 武术进校园, series: wushu_six, kind: training, site: 付村, target: school, planned_on: 2023-09-27}}
  - {as: culture, on: 2023-09-11, move: schedule, of: class, with: {venue: 第一小学}}
  - {as: culture, on: 2023-09-27, move: hold, of: class, with: {held_on: 2023-09-27, people: 60}, refused: 须填课时}
  - {as: culture, on: 2023-09-27, move: hold, of: class, with: {held_on: 2023-09-27, people: 60, lessons: 8}}
then:
  - {figure: wushu_lessons, period: 2023, slice: target=school, is: 8}
  - {figure: culture_people, period: 2023-09, is: 60}
  - {of: class, due: file, is: 2023-10-17}
  - {of: class, stage: held}
---
story: 改期后按新日期，取消的不计 A changed day counts; what is called off does not
given:
  - {as: culture, on: 2023-03-01, open: culture_event, is: show, with: {name: 乡村演出, series: rural_tour, kind: show, site: 姚村, planned_on: 2023-04-20}}
  - {as: culture, on: 2023-03-01, open: culture_event, is: off, with: {name: 露天电影, series: other, kind: film, site: 姚村, planned_on: 2023-05-20}}
when:
  - {as: village, on: 2023-04-18, move: move_day, of: show, with: {planned_on: 2023-05-04}, reason: 降雨}
  - {as: culture, on: 2023-05-19, move: call_off, of: off, reason: 设备故障}
then:
  - {of: show, due: hold, is: 2023-05-04}
  - {of: off, stage: cancelled}
  - {on: 2023-05-08, figure: culture_late, period: 2023, is: 1}
  - {figure: rural_shows, period: 2023, is: 0}
