story: 来表登记、填报、报送，逾期有数，依据不全有数 A form is asked for, filled and sent; what is late and what rests on nothing is counted
given:
  - {as: clerk, office: party_office, on: 2023-03-01, open: form, is: sheet, with: {name: 走访情况表, asker: 区网格中心, office: party_office, form_no: ZF-1, blank: "0000000000000000000000000000000000000000000000000000000000000000"}}
when:
  - {as: clerk, office: party_office, on: 2023-03-01, move: settle, of: sheet, refused: 对照表}
  - {as: clerk, office: party_office, on: 2023-03-02, open: form_filing, is: first, with: {form: sheet, period: 2023-02, asked_on: 2023-03-02, due_on: 2023-03-01}, refused: 早于来表日期}
  - {as: clerk, office: party_office, on: 2023-03-02, open: form_filing, is: first, with: {form: sheet, period: 2023-02, asked_on: 2023-03-02, due_on: 2023-03-06, how: group}}
  - {as: clerk, office: party_office, on: 2023-03-02, open: form_filing, is: second, with: {form: sheet, period: 2023-02, asked_on: 2023-03-02}}
  - {as: clerk, office: party_office, on: 2023-03-03, move: decline, of: second, reason: 没有文号, refused: true}
  - {as: chief, office: party_office, on: 2023-03-03, move: decline, of: second, reason: 没有文号，同样内容已报}
then:
  - {of: first, stage: asked}
  - {of: first, due: due, is: 2023-03-06}
  - {of: second, stage: declined}
  - {figure: forms_asked, period: 2023, is: 2}
  - {figure: forms_unmarked, period: 2023, is: 2}
  - {figure: forms_declined, period: 2023, is: 1}
  - {figure: forms_overdue, period: 2023, is: 0}
  - {on: 2023-03-08, figure: forms_overdue, period: 2023, is: 1}
