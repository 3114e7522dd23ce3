story: 办结的人不销号，群众评价后计入 Who finished a deed does not close it
given:
  - {as: party, on: 2023-03-01, open: village_link, is: link, with: {office: economy_office, site: 付村, purpose: 文明创建, since: 2023-03-01}}
  - {as: village, on: 2023-03-06, open: good_deed, is: lamp, with: {what: 增设路灯十盏, site: 付村, kind: roads, office: engineering_office, finish_by: 2023-09-28}}
when:
  - {as: office, office: economy_office, on: 2023-03-08, open: field_day, with: {link: "@link", day: 2023-03-08, work: 入户宣讲, topic: policy}}
  - {as: handler, office: engineering_office, on: 2023-03-13, move: start, of: lamp}
  - {as: handler, office: engineering_office, on: 2023-09-20, move: finish, of: lamp, with: {result: 全部点亮}}
  - {as: village, on: 2023-09-25, move: close, of: lamp, with: {rating: content}}
then:
  - {figure: deeds_done, period: 2023, slice: kind=roads, is: 1}
  - {figure: deeds_rate, period: 2023, is: 100}
  - {figure: field_days, period: 2023, slice: topic=policy, is: 1}
  - {figure: links_live, period: 2023, is: 1}
---
story: 到期未办即逾期，不具条件的由副镇长终止 A deed past its day is late; a leader ends what cannot be done
given:
  - {as: village, on: 2023-03-06, open: good_deed, is: lift, with: {what: 加装电梯, site: 兴旺里, kind: housing, office: engineering_office, finish_by: 2023-09-30}}
  - {as: village, on: 2023-03-06, open: good_deed, is: late, with: {what: 修补楼顶, site: 开源里, kind: housing, office: engineering_office, finish_by: 2023-09-30}}
when:
  - {as: village, on: 2023-05-08, move: drop, of: lift, reason: 结构不允许, refused: 副镇长}
  - {as: deputy_mayor, on: 2023-05-08, move: drop, of: lift, reason: 结构不允许}
then:
  - {of: lift, stage: dropped}
  - {of: late, due: finish, is: 2023-09-30}
  - {on: 2023-10-03, figure: deeds_overdue, period: 2023, is: 1}
