story: 播种计面积，收获计产量，收获的人不核定 The area counts at sowing, the crop at harvest, and another checks it
when:
  - {as: village, on: 2023-03-01, open: crop_season, is: beds, with: {place: 付村, plot: 东地一号棚, group: vegetable, crop: leaf, season: spring}}
  - {as: village, on: 2023-03-10, move: sow, of: beds, with: {area: 12, sown_on: 2023-03-10}}
  - {as: village, on: 2023-04-10, move: tend, of: beds, with: {care: 追肥一次}}
  - {as: village, on: 2023-05-20, move: harvest, of: beds, with: {crop_weight: 30, way: told, harvested_on: 2023-05-20}}
  - {as: rural, on: 2023-05-29, move: check, of: beds, note: 与抽样一致}
then:
  - {figure: vegetable_area, period: 2023-03, is: 12}
  - {figure: vegetable_yield, period: 2023, slice: crop=leaf, is: 30}
  - {figure: grain_area, period: 2023, is: 0}
  - {of: beds, stage: checked}
---
story: 未种的不计，绝收的只计面积；核定限十个工作日 Land not sown counts nowhere; a lost crop counts its area only
when:
  - {as: village, on: 2023-03-01, open: crop_season, is: none, with: {place: 姚村, plot: 北地, group: grain, crop: maize, season: summer}}
  - {as: rural, on: 2023-06-20, move: drop, of: none, reason: 改种蔬菜}
  - {as: village, on: 2023-06-01, open: crop_season, is: lost, with: {place: 姚村, plot: 南地, group: grain, crop: maize, season: summer}}
  - {as: village, on: 2023-06-20, move: sow, of: lost, with: {area: 80, sown_on: 2023-06-18}}
  - {as: village, on: 2023-08-10, move: fail, of: lost, reason: 洪涝绝收}
  - {as: village, on: 2023-06-01, open: crop_season, is: wheat, with: {place: 姚村, plot: 西地, group: grain, crop: wheat, season: autumn}}
  - {as: village, on: 2023-06-05, move: sow, of: wheat, with: {area: 10, sown_on: 2023-06-05}}
  - {as: village, on: 2023-09-25, move: harvest, of: wheat, with: {crop_weight: 5, way: measured, harvested_on: 2023-09-25}}
then:
  - {figure: grain_area, period: 2023, is: 90}
  - {figure: grain_yield, period: 2023, is: 5}
  - {of: wheat, due: tell, is: 2023-10-13}
  - {of: lost, stage: failed}
---
story: 棚室改造由未施工的人验收 A greenhouse is accepted by who did not build it
given:
  - {as: village, on: 2023-03-01, open: greenhouse_work, is: shed, with: {name: 三号棚改造, place: 付村, area: 6}}
  - {as: rural, on: 2023-03-06, move: build, of: shed}
when:
  - {as: rural, on: 2023-06-06, move: accept, of: shed, with: {accepted_on: 2023-06-06}, refused: 改造}
  - {as: finance, on: 2023-06-06, move: accept, of: shed, with: {accepted_on: 2023-06-06}}
then:
  - {figure: greenhouse_area, period: 2023, is: 6}
