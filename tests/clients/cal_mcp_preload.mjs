// Loaded before @calcom/cal-mcp, whose URL is fixed: what it sends to Cal.com goes to URL instead, and nothing goes
// anywhere else. Nothing but the base is changed.
import axios from "axios";

const calCom = "https://api.cal.com/";

axios.interceptors.request.use((config) => {
  if (!config.url.startsWith(calCom)) throw new Error(`${config.url} is not of Cal.com`);
  return { ...config, url: `${process.env.URL}/${config.url.slice(calCom.length)}`, proxy: false, timeout: 20_000 };
});
