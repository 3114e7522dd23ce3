story: 裁定后按裁定交办，不得再退 What was ruled is handed to its office and cannot be given back
given:
  - {as: desk, on: 2023-09-25, open: hotline_order, is: order, with: {title: 绿地归属不清, kind: help, category: property, content: 绿地无人养护, place: 国兴佳园}}
  - {as: desk, on: 2023-09-25, move: assign, of: order, with: {lead: engineering_office}}
  - {as: handler, office: engineering_office, on: 2023-09-26, move: refuse, of: order, reason: 不属本科室, with: {basis: 绿地属物业红线}}
  - {find: ruling, is: ruling}
when:
  - {as: desk, on: 2023-09-26, move: resume, of: order, with: {lead: sanitation_office}, refused: 尚未裁定}
  - {as: panel, on: 2023-09-27, move: meet, of: ruling, with: {met_on: 2023-09-27, members: [{office: engineering_office}, {office: sanitation_office}]}}
  - {as: panel, on: 2023-09-27, move: rule, of: ruling, with: {lead: sanitation_office, basis: 职责清单, opinion: 合法}, refused: 不足三个科室}
  - {as: panel, on: 2023-09-28, correct: ruling, reason: 司法所到会, with: {members: [{office: engineering_office}, {office: sanitation_office}, {office: justice_office}]}}
then:
  - {of: order, stage: disputed}
  - {of: ruling, stage: met}
  - {of: ruling, due: rule, is: 2023-09-28}
  - {on: 2023-10-09, figure: rulings_late, period: 2023, is: 1}
---
story: 裁定写回工单 A ruling is written into the order
given:
  - {as: desk, on: 2023-05-08, open: hotline_order, is: order, with: {title: 井盖破损, kind: help, category: road, content: 井盖响, place: 姚村}}
  - {as: desk, on: 2023-05-08, move: assign, of: order, with: {lead: engineering_office}}
  - {as: handler, office: engineering_office, on: 2023-05-09, move: refuse, of: order, reason: 权属单位不明, with: {basis: 井盖属通信公司}}
  - {find: ruling, is: ruling}
when:
  - {as: panel, on: 2023-05-10, move: meet, of: ruling, with: {met_on: 2023-05-10, members: [{office: engineering_office}, {office: city_office}, {office: justice_office}]}}
  - {as: panel, on: 2023-05-10, move: rule, of: ruling, with: {lead: city_office, basis: 先行处置, opinion: 同意}}
  - {as: desk, on: 2023-05-10, move: hand, of: ruling, note: 已通知}
  - {as: desk, on: 2023-05-10, move: resume, of: order, with: {lead: city_office}}
  - {as: handler, office: city_office, on: 2023-05-10, move: refuse, of: order, reason: 再退, with: {basis: 无}, refused: 裁定后不得再退}
  - {as: reviewer, on: 2023-05-22, move: check, of: ruling, with: {result: 已更换井盖}}
then:
  - {figure: rulings, period: 2023, slice: lead=city_office, is: 1}
  - {figure: rulings_rate, period: 2023, is: 100}
  - {of: order, stage: handling, field: ruled, is: true}
