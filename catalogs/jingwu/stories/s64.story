story: 本人同意才核实，公示上报后授予 Nobody is proposed without consent
given:
  - {as: village, on: 2023-09-20, open: honour_nomination, is: good, with: {deed: 十年照料邻居, honour: tianjin_good, subject: person, level: city, who: 候选人甲, site: 付村}}
when:
  - {as: publicity, on: 2023-09-25, move: verify, of: good, with: {story: 入户了解, consent: false}, refused: 须本人同意}
  - {as: publicity, on: 2023-09-26, move: verify, of: good, with: {story: 入户了解, consent: true}}
  - {as: village, on: 2023-09-27, move: show, of: good}
  - {as: publicity, on: 2023-10-12, move: send_up, of: good}
  - {as: publicity, on: 2023-12-04, move: grant, of: good, with: {granted_on: 2023-12-01, verdict: 评为好人}}
  - {as: village, on: 2023-12-11, move: honour, of: good, with: {care: 春节慰问}}
then:
  - {figure: tianjin_good_people, period: 2023, is: 1}
  - {figure: honours_all, period: 2023, slice: subject=person, is: 1}
  - {of: good, stage: granted}
---
story: 核实限十个工作日，未评上的不计 Verification has ten workdays; who is not chosen counts nowhere
given:
  - {as: village, on: 2023-09-22, open: honour_nomination, is: waits, with: {deed: 最美家庭, honour: tianjin_family, subject: family, level: city, who: 户主乙, site: 姚村}}
  - {as: village, on: 2023-03-01, open: honour_nomination, is: missed, with: {deed: 助人为乐, honour: xiqing_model, subject: person, level: district, who: 候选人丙, site: 姚村}}
when:
  - {as: publicity, on: 2023-03-06, move: verify, of: missed, with: {story: 走访, consent: true}}
  - {as: village, on: 2023-03-07, move: show, of: missed}
  - {as: publicity, on: 2023-03-20, move: send_up, of: missed}
  - {as: publicity, on: 2023-06-05, move: miss, of: missed, with: {verdict: 名额有限}}
then:
  - {of: waits, due: verify, is: 2023-10-12}
  - {of: missed, stage: missed_out}
  - {figure: xiqing_models, period: 2023, is: 0}
  - {figure: honours_proposed, period: 2023, is: 2}
