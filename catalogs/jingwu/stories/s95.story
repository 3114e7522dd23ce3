story: 审核的人不是拟稿的人，主动公开才发布 Who drafts does not review; only what is to be public is published
given:
  - {as: handler, on: 2023-03-06, open: government_info, is: rule, with: {heading: 防汛工作安排（模拟）, office: party_office, made_on: 2023-03-03, openness: proactive, topic: safety}}
  - {as: office, on: 2023-03-06, open: government_info, with: {heading: 内部名册, office: party_office, made_on: 2023-03-03, openness: closed_to_public, topic: other}, refused: 须写明理由}
when:
  - {as: office, on: 2023-03-08, move: review, of: rule, with: {openness: proactive, secret_check: false}, refused: 保密审查}
  - {as: office, on: 2023-03-08, move: review, of: rule, with: {openness: proactive, secret_check: true}}
  - {as: office, on: 2023-03-09, move: keep, of: rule, refused: 应主动公开}
  - {as: office, on: 2023-03-09, move: publish, of: rule, with: {published_on: 2023-03-09, body: 全文}}
  - {as: handler, on: 2023-04-10, move: update, of: rule, with: {revised: 值班电话变更}}
then:
  - {of: rule, stage: published}
  - {figure: info_published, period: 2023-03, slice: topic=safety, is: 1}
  - {figure: info_published, period: 2023, is: 1}
---
story: 补正重新起算、征求第三方时停表、延期二十个工作日 A correction restarts the clock, a third party stops it, an extension adds twenty workdays
given:
  - {as: portal, on: 2023-03-01, open: info_request, is: ask, with: {want: 征地补偿标准, asker: 申请人甲, asker_kind: citizen, way: online}}
  - {as: portal, on: 2023-03-01, open: info_request, is: gone, with: {want: 全部会议纪要, asker: 申请人乙, asker_kind: citizen, way: online}}
  - {as: window, on: 2023-03-03, move: ask, of: ask, with: {to_fix: 请写明地块}}
  - {as: window, on: 2023-03-03, move: ask, of: gone, with: {to_fix: 请写明内容}}
  - {as: portal, on: 2023-03-06, move: fixed, of: ask}
when:
  - {as: window, on: 2023-03-07, move: ask, of: ask, with: {to_fix: 再补一次}, refused: 一次性}
  - {as: window, on: 2023-03-07, move: take, of: ask, with: {lead: planning_office}}
  - {as: handler, office: planning_office, on: 2023-03-08, move: consult, of: ask, with: {third_party: （模拟）置业有限公司}}
  - {as: handler, office: planning_office, on: 2023-03-15, move: back, of: ask}
  - {as: chief, office: planning_office, on: 2023-03-16, move: extend, of: ask, reason: 涉及多宗地块, days: 20}
  - {as: chief, office: planning_office, on: 2023-04-10, move: answer, of: ask, with: {result: partly}, refused: true}
  - {as: handler, office: planning_office, on: 2023-04-10, move: answer, of: ask, with: {result: partly}}
  - {as: office, office: planning_office, on: 2023-04-12, move: deliver, of: ask, with: {sent_on: 2023-04-12}}
then:
  - {of: ask, stage: delivered}
  - {of: gone, stage: dropped}
  - {of: ask, due: answer, is: 2023-05-10}
  - {figure: requests_answered, period: 2023-04, slice: result=partly, is: 1}
  - {figure: requests_rate, period: 2023, is: 100}
