story: 签租的面积计入在租，退租后退出 A lease counts while it runs
when:
  - {as: village, on: 2023-03-01, open: shop_lease, is: shop, with: {shop: 1-101, place: 潘楼商业街, area: 120}}
  - {as: village, on: 2023-04-03, move: sign, of: shop, with: {tenant_name: 承租人甲, rent: 60000, since: 2023-04-01, expires: 2025-03-31}}
  - {as: economy, on: 2023-05-08, move: trade, of: shop, with: {trade: food, brand: 津味}}
  - {as: village, on: 2023-11-02, move: leave, of: shop, with: {ended: 2023-10-31}, reason: 经营调整}
then:
  - {figure: panlou_let, period: 2023-09, is: 120}
  - {figure: panlou_let, period: 2023, is: 0}
  - {figure: shops_new, period: 2023-04, is: 1}
  - {of: shop, due: expiry, is: 2025-03-31}
  - {of: shop, stage: ended}
---
story: 夜市日均客流按营业天数计，未营业的天不算 A closed night is no day of the mean
given:
  - {as: economy, on: 2023-04-30, open: venue, is: market, with: {code: YS-1, name: 姚村夜市, kind: night_market, place: 姚村夜市, opened_on: 2023-04-30}}
when:
  - {on: 2023-05-01, find: market_day, is: first}
  - {as: village, on: 2023-05-01, move: count, of: first, with: {day: 2023-05-01, visitors: 1750, way: gate}}
  - {on: 2023-05-02, find: market_day, is: second}
  - {as: village, on: 2023-05-02, move: count, of: second, with: {day: 2023-05-02, visitors: 1250, way: gate}}
  - {on: 2023-05-03, find: market_day, is: rain}
  - {as: economy, on: 2023-05-03, move: close, of: rain, reason: 大雨停业}
then:
  - {figure: yaocun_visitors, period: 2023-05, is: 3000}
  - {figure: yaocun_days, period: 2023-05, is: 2}
  - {figure: yaocun_visitors_day, period: 2023-05, is: 1500}
---
story: 改造由另一人验收 A street is upgraded by one and accepted by another
given:
  - {as: economy, on: 2023-09-04, open: street_upgrade, is: works, with: {name: 门头更新, place: 潘楼商业街}}
when:
  - {as: economy, on: 2023-09-05, move: start, of: works, with: {what: 门头与照明}}
  - {as: economy, on: 2023-11-01, move: finish, of: works, with: {cost: 300000}, refused: 开工}
  - {as: economy, who: 乙, on: 2023-11-01, move: finish, of: works, with: {cost: 300000}}
then:
  - {of: works, stage: finished}
