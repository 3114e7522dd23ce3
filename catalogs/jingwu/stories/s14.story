story: 贴息贷款放款后才贴息，普通贷款不贴 Only a subsidised loan is subsidised, and only once it is lent
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）稳岗有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
when:
  - {as: labour, on: 2023-03-01, open: firm_loan, is: help, with: {firm: "@firm", product: interest, wanted: 2000000}}
  - {as: labour, on: 2023-03-03, move: match, of: help, with: {bank: （模拟）津门银行}}
  - {as: labour, on: 2023-03-10, move: apply, of: help, with: {applied_on: 2023-03-10}}
  - {as: labour, on: 2023-03-20, move: subsidise, of: help, with: {subsidy: 40000, subsidy_on: 2023-03-20}, refused: true}
  - {as: economy, on: 2023-04-12, move: lend, of: help, with: {granted: 2000000, amount: 1800000, lent_on: 2023-04-12}}
  - {as: labour, on: 2023-06-20, move: subsidise, of: help, with: {subsidy: 40000, subsidy_on: 2023-06-20}}
  - {as: economy, on: 2023-05-04, open: firm_loan, is: plain, refused: true, with: {firm: "@firm", product: ordinary}}
then:
  - {figure: loans_lent, period: 2023, slice: product=interest, is: 1800000}
  - {figure: interest_loans, period: 2023-03, is: 2000000}
  - {figure: interest_loan_firms, period: 2023, is: 1}
  - {figure: loan_subsidy, period: 2023, is: 40000}
---
story: 需求五个工作日未对接即逾期，未成的不计放款 A need unmatched in five workdays is late; one that fails is never lent
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）缺贷有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
when:
  - {as: economy, on: 2023-04-27, open: firm_loan, is: need, with: {firm: "@firm", product: credit, wanted: 900000}}
then:
  - {of: need, due: match, is: 2023-05-08}
  - {on: 2023-05-09, figure: loans_unmatched, period: 2023, is: 1}
  - {figure: loans_lent, period: 2023, is: 0}
  - {figure: loans_wanted, period: 2023, is: 900000}
