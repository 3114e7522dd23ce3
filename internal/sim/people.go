package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

// person is an invented member of the staff.
type person struct {
	id    int64
	name  string
	posts []town.Post
}

func (p person) actor() town.Actor {
	return town.Actor{Person: p.id, Name: p.name, Kind: town.Sim, Posts: p.posts}
}

var surnames = []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭郎")
var givens = []rune("安柏晨成聪达德方芳刚高光国海涵浩和红华辉慧佳家建洁金静君凯可岚乐丽林琳玲龙梅敏明宁鹏平琪强青清然荣瑞珊诗书淑松涛婷文希贤晓欣雅妍扬怡毅英颖永宇玉远悦云泽哲珍志忠")

// invented gives the n-th invented name; names of different n differ.
func invented(n int) string {
	s, g := len(surnames), len(givens)
	n = (n * 7919) % (s * g * g)
	return string([]rune{surnames[n%s], givens[n/s%g], givens[n/s/g]})
}

// phone gives a number with a prefix that no network uses.
func phone(n int) string { return fmt.Sprintf("120%08d", n%100_000_000) }

// idNumber gives an identity number whose check digit is wrong.
func idNumber(n int) string {
	body := fmt.Sprintf("120111%04d%02d%02d%03d", 1940+n%65, 1+n%12, 1+n%28, n%1000)
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	const digits = "10X98765432"
	return body + string(digits[(sum+5)%11])
}

// creditCode gives a credit code whose check digit is wrong.
func creditCode(n int) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	body := fmt.Sprintf("91120111MA%07d", n%10_000_000)
	weights := [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i, w := range weights {
		sum += strings.IndexByte(alphabet, body[i]) * w
	}
	return body + string(alphabet[(31-sum%31+7)%31])
}

var firmWords = []string{"津澜", "禾谷", "启辰", "云汐", "瑞丰源", "海岚", "博远", "恒澄", "佳禾", "鼎越", "星桥", "蓝屿", "明川", "众沃", "天枢", "安泽", "同晖", "宏屹", "优栈", "新麓"}
var firmTrades = []string{"精密机械", "食品", "物流", "商贸", "生物科技", "新材料", "环保设备", "电子", "建筑工程", "信息技术", "包装", "餐饮管理", "医疗器械", "农业科技", "仓储", "自动化设备"}

// firm gives the n-th invented firm, dealing in trade, or in any. No two are called alike.
func firm(n int, trade string) string {
	if trade == "" {
		trade = firmTrades[n/len(firmWords)%len(firmTrades)]
	}
	tail := ""
	if k := n / len(firmWords); k > 0 {
		tail = string(givens[k%len(givens)])
		if k >= len(givens) {
			tail += string(givens[k/len(givens)%len(givens)])
		}
	}
	return "（模拟）" + firmWords[n%len(firmWords)] + tail + trade + "有限公司"
}

var reasons = []string{"情况有变，经核实需要调整", "材料不齐，请补充后再报", "不属于本科室职责，依据职责清单退回", "现场复核发现未处理到位", "与另一件重复", "当事人提出，已核实"}
var notes = []string{"已电话告知", "现场查看并留存照片", "与村委会沟通一致", "按要求办理", "已在例会上通报"}

func phrase(rng *rand.Rand, of []string) string { return of[rng.IntN(len(of))] }

// hire makes the town's staff: people for every role, where a role is of
// places one for each village and estate, where it is of offices one for each.
func (p *player) hire() error {
	p.staff = map[string][]person{}
	var asks []hall.Ask
	n := int64(100)
	for _, key := range p.cat.RoleOrder {
		role := p.cat.Roles[key]
		posts := []town.Code{"", "", ""}
		offices := []string{role.Office, role.Office, role.Office}
		if role.Scope == catalog.ScopeOffice { // two in each office
			posts, offices = nil, nil
			for _, o := range p.cat.OfficeOrder {
				if p.cat.Offices[o].Place == "" {
					posts, offices = append(posts, "", ""), append(offices, o, o)
				}
			}
		}
		if role.Scope == catalog.ScopePlace {
			posts = append(append(slices.Clone(p.places["village"]), p.places["estate"]...), "") // the last for what lies in no village
		}
		for i, place := range posts {
			n++
			office := role.Office
			if i < len(offices) {
				office = offices[i]
			}
			who := person{id: n, name: invented(int(n)), posts: []town.Post{{Role: key, Office: office, Place: place}}}
			p.staff[key] = append(p.staff[key], who)
			login := fmt.Sprintf("%s%02d", key, i+1)
			asks = append(asks, hall.Ask{Actor: town.Actor{Kind: town.System, Name: "系统"}, Command: town.Command{ID: "hire-" + login, Op: town.Put, Type: "person", Day: town.NoDay,
				Fields: town.Values{"login": login, "id": n, "name": who.name, "active": true,
					"posts": []map[string]any{{"role": key, "office": office, "place": string(place)}}}}})
		}
	}
	res, err := p.h.DoAll(p.ctx, asks, true)
	if err != nil {
		return err
	}
	for i, r := range res {
		if r.Err != nil {
			return fmt.Errorf("hire %s: %w", asks[i].Command.ID, r.Err)
		}
	}
	p.stats.Commands += len(asks)
	return nil
}

// where is what a record asks of the post of whoever works on it.
type where struct {
	place   town.Code
	placed  bool
	office  string
	opener  int64
	holder  int64
	opening bool // the record is being opened: any office may, and becomes its holder
}

// nobody is who acts where no person may: the hall refuses it.
const nobody = 1

// person picks someone with one of the roles whose post reaches the record and who is not barred.
func (p *player) person(rng *rand.Rand, roles []string, w where, barred map[int64]bool) person {
	var fit []person
	for _, r := range roles {
		for _, who := range p.staff[r] {
			if !barred[who.id] && p.reaches(who, w) {
				fit = append(fit, who)
			}
		}
	}
	if len(fit) == 0 {
		return person{id: nobody, name: "系统", posts: []town.Post{{Role: "system"}}}
	}
	return fit[rng.IntN(len(fit))]
}

// reaches tells whether somebody's post reaches a record, as package access has it.
func (p *player) reaches(who person, w where) bool {
	post := who.posts[0]
	scope := catalog.ScopeOwn
	if role := p.cat.Roles[post.Role]; role != nil {
		scope = role.Scope
	}
	switch {
	case scope == catalog.ScopeTown, scope == catalog.ScopePlace && post.Place == "":
		return true
	case scope == catalog.ScopePlace && w.placed:
		return p.h.View().Within(w.place, post.Place)
	case scope == catalog.ScopeOwn:
		return w.opening || who.id == w.opener || who.id == w.holder
	}
	return post.Office == w.office || w.opening && w.office == ""
}
