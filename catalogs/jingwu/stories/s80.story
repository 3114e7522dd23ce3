story: 方案由副镇长印发，试点按方案推进后评估 A deputy mayor issues the scheme; a pilot runs by it and is assessed
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）智造有限公司, code: 91120111MA0A00000J, place: 学府园区, registered: 2021-01-01}}
  - {as: party, on: 2023-02-06, open: reform_scheme, is: scheme, with: {name: 园区产改工作方案（模拟）, park: 学府园区}}
  - {as: party, on: 2023-02-08, move: issue, of: scheme, with: {issued_on: 2023-02-08}, refused: 副镇长}
  - {as: deputy_mayor, on: 2023-02-09, move: issue, of: scheme, with: {issued_on: 2023-02-09}}
when:
  - {as: labour, on: 2023-02-20, open: reform_pilot, is: pilot, with: {firm: "@firm", scheme: "@scheme"}}
  - {as: labour, on: 2023-02-21, move: start, of: pilot, with: {tasks: [{what: 技能培训四期, area: skills}, {what: 劳动竞赛, area: contest}], assess_by: 2023-11-30}}
  - {as: party, on: 2023-08-07, move: report, of: pilot, with: {tasks: [{what: 技能培训四期, area: skills, done_on: 2023-07-31}, {what: 劳动竞赛, area: contest}]}}
  - {as: party, on: 2023-11-20, move: assess, of: pilot, with: {verdict: 达到预期}, refused: true}
  - {as: panel, on: 2023-11-20, move: assess, of: pilot, with: {verdict: 达到预期}}
then:
  - {of: pilot, stage: assessed, field: advance, is: 50}
  - {figure: reform_schemes, period: 2023-02, is: 1}
  - {figure: reform_pilots, period: 2023, is: 1}
---
story: 到会三分之二方可召开，提案三十日答复 A congress needs two thirds; a proposal is answered in thirty days
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）智造有限公司, code: 91120111MA0A00000J, place: 学府园区, registered: 2021-01-01}}
  - {as: party, on: 2023-02-20, open: staff_congress, is: third, with: {firm: "@firm", session: 三届一次}}
when:
  - {as: party, on: 2023-03-06, move: hold, of: third, with: {held_on: 2023-03-06, entitled: 30, present: 19}, refused: 三分之二}
  - {as: party, on: 2023-03-13, move: hold, of: third, with: {held_on: 2023-03-13, entitled: 30, present: 26}}
  - {as: firm, on: 2023-03-13, open: staff_proposal, is: done, with: {session: "@third", what: 增设通勤班车, area: care}}
  - {as: party, on: 2023-03-13, open: staff_proposal, is: slow, with: {session: "@third", what: 车间加装风扇, area: safety}}
  - {as: firm, on: 2023-03-27, move: answer, of: done, with: {answer: 四月起开行}}
  - {as: party, on: 2023-05-08, move: close, of: done, note: 已开行}
then:
  - {figure: congresses_held, period: 2023-03, is: 1}
  - {figure: congress_firms, period: 2023, is: 1}
  - {figure: proposals_closed, period: 2023, slice: area=care, is: 1}
  - {of: slow, due: answer, is: 2023-04-12}
  - {figure: proposals_late, period: 2023, is: 1}
