story: 分值合计一百分，由镇领导下达 The points of a park come to a hundred, and a leader issues them
when:
  - {as: investment, on: 2023-01-09, open: park_goal, with: {park: 学府园区, year: 2023, goals: [{item: 新落地企业, goal: 30家, points: 40}]}, refused: 应为100}
  - {as: investment, on: 2023-01-09, open: park_goal, is: goal, with: {park: 学府园区, year: 2023, goals: [{item: 新落地企业, goal: 30家, points: 60}, {item: 载体使用, goal: 九成, points: 40}]}}
  - {as: investment, on: 2023-01-10, move: issue, of: goal, refused: 副镇长}
  - {as: deputy_mayor, on: 2023-01-12, move: issue, of: goal}
then:
  - {of: goal, stage: issued, field: full, is: 100}
  - {figure: park_goals, period: 2023, is: 1}
---
story: 季报核验后才计，退回的不计 A return counts once it is checked, not when it is sent back
when:
  - {as: economy_park, on: 2023-04-03, open: park_return, is: q1, with: {park: 学府园区, period: 2023-Q1}}
  - {as: economy_park, on: 2023-04-07, move: tell, of: q1, with: {landed: 6, tax: 1200000, filled_area: 900, total_area: 1000, talks: 4}}
  - {as: investment, on: 2023-04-10, move: back, of: q1, reason: 面积与台账不符}
  - {as: economy_park, on: 2023-04-11, move: tell, of: q1, with: {landed: 6, tax: 1200000, filled_area: 800, total_area: 1000, talks: 4}}
  - {as: investment, on: 2023-04-12, move: check, of: q1, with: {finding: 相符}}
then:
  - {figure: park_landed, period: 2023-Q2, is: 6}
  - {figure: park_use_rate, period: 2023, is: 80}
  - {of: q1, stage: checked}
  - {of: q1, due: tell, is: 2023-04-25}
