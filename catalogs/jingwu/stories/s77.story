story: 招聘会举办后计入，就业由未申报的人登记、按人去重 A fair counts once held; who reports a job does not register it, and a person counts once
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）用工有限公司, code: 91120111MA0A00000J, place: 学府园区, registered: 2021-01-01}}
  - {as: labour, on: 2023-03-01, open: job_fair, is: fair, with: {name: 春风行动专场, way: onsite, group: graduates, site: 大学城商圈, planned_on: 2023-03-18}}
when:
  - {as: labour, on: 2023-03-13, move: enrol, of: fair, with: {offers: [{firm: "@firm", post: 装配工, jobs: 12}, {firm: "@firm", post: 质检员, jobs: 3}]}}
  - {as: labour, on: 2023-03-20, move: hold, of: fair, with: {held_on: 2023-03-18, firms: 1, visitors: 80, agreed: 9}}
  - {as: village, place: 付村, on: 2023-04-03, open: job_registration, is: job, with: {who: 求职者甲, group: graduates, firm: "@firm", post: 装配工, site: 付村, fair: "@fair", way: employed, day: 2023-04-01}}
  - {as: labour, who: 甲, on: 2023-05-08, open: job_registration, is: again, with: {who: 求职者甲, group: graduates, post: 店员, site: 付村, way: flexible, day: 2023-05-06}}
  - {as: labour, who: 甲, on: 2023-04-06, move: register, of: job}
  - {as: labour, who: 甲, on: 2023-05-10, move: register, of: again, refused: true}
  - {as: labour, who: 乙, on: 2023-05-10, move: register, of: again}
then:
  - {of: fair, field: jobs, is: 15}
  - {of: fair, due: follow, is: 2023-04-17}
  - {figure: job_fairs, period: 2023-03, slice: way=onsite, is: 1}
  - {figure: jobs_offered, period: 2023, is: 15}
  - {figure: new_jobs, period: 2023, is: 1}
---
story: 登记限五个工作日，取消的场次、不予登记的人不计 Registration has five workdays; what is called off or refused counts nowhere
given:
  - {as: labour, on: 2023-04-03, open: job_fair, is: off, with: {name: 五一专场, way: online, site: 精武镇, planned_on: 2023-04-28}}
  - {as: village, place: 姚村, on: 2023-04-26, open: job_registration, is: slow, with: {who: 求职者乙, group: women, post: 保洁员, site: 姚村, way: employed, day: 2023-04-25}}
  - {as: village, place: 姚村, on: 2023-04-20, open: job_registration, is: no, with: {who: 求职者丙, group: general, post: 店员, site: 姚村, way: employed, day: 2023-04-18}}
when:
  - {as: labour, on: 2023-04-21, move: refuse, of: no, reason: 未提供劳动合同}
  - {as: labour, on: 2023-04-24, move: call_off, of: off, reason: 报名企业不足}
then:
  - {of: slow, due: register, is: 2023-05-06}
  - {on: 2023-05-07, figure: jobs_late, period: 2023, is: 1}
  - {figure: jobs_waiting, period: 2023, is: 1}
  - {figure: job_fairs, period: 2023, is: 0}
  - {figure: new_jobs, period: 2023, is: 0}
