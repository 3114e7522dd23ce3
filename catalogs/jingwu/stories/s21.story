story: 申报企业与参与企业各计一家，补贴由财政拨付 The applicant and its partner are two firms; the grant is paid by finance
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）盈测有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-01-05, open: enterprise, is: partner, with: {name: （模拟）合研有限公司, code: 91120111MA0A00001M, place: 付村, registered: 2021-01-01}}
  - {as: talent, on: 2023-03-01, open: talent_project, is: craft, with: {name: 传感器工匠, programme: craft, firm: "@firm", partners: [{firm: "@partner"}]}}
when:
  - {as: talent, on: 2023-03-20, move: apply, of: craft, with: {applied_on: 2023-03-20}}
  - {as: talent, on: 2023-04-03, move: judge, of: craft, note: 材料报区}
  - {as: talent, on: 2023-06-15, move: choose, of: craft, with: {chosen_on: 2023-06-15}}
  - {as: talent, on: 2023-09-01, open: talent_grant, is: grant, with: {project: "@craft", amount: 50000}}
  - {as: talent, on: 2023-09-04, move: approve, of: grant, refused: 登记}
  - {as: talent, who: 乙, on: 2023-09-04, move: approve, of: grant}
  - {as: finance, on: 2023-10-09, move: pay, of: grant, with: {paid_on: 2023-10-09}}
then:
  - {figure: talent_projects, period: 2023, slice: programme=craft, is: 1}
  - {figure: talent_firms, period: 2023, is: 2}
  - {figure: talent_chosen, period: 2023, is: 1}
  - {figure: talent_paid, period: 2023-10, is: 50000}
---
story: 三十个工作日未拨付即逾期 A grant unpaid for thirty workdays is late
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）待拨有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: talent, on: 2023-03-01, open: talent_project, is: craft, with: {name: 检测博士后站, programme: postdoc, firm: "@firm"}}
  - {as: talent, on: 2023-09-01, open: talent_grant, is: grant, with: {project: "@craft", amount: 80000}}
when:
  - {as: talent, on: 2023-10-18, move: apply, of: craft, with: {applied_on: 2023-10-18, papers: null}, refused: true}
then:
  - {of: grant, due: pay, is: 2023-10-19}
  - {on: 2023-10-20, figure: talent_late, period: 2023, is: 1}
  - {figure: talent_paid, period: 2023, is: 0}
  - {figure: talent_firms, period: 2023, is: 0}
