import { plantHostileFiles } from './editor/hostile-workspace';
import { ParsedConfigs } from '../src/editor/config/parsed-configs';
import { mkdtempSync, readFileSync, mkdirSync } from 'node:fs';
const dir = mkdtempSync('/tmp/hw-'); mkdirSync(dir+'/checkpoints/model-a',{recursive:true}); mkdirSync(dir+'/tasks',{recursive:true});
const planted = plantHostileFiles(dir);
const used=()=>{const u=process.cpuUsage();return (u.user+u.system)/1000};
for (const c of planted.configs) if (process.argv.slice(2).some(x=>c.startsWith(x))) for(let i=0;i<5;i++) { const text = readFileSync(dir+'/'+c,'utf8').slice(0,96000); const p = new ParsedConfigs(); const t=used(); const r = p.read('/a/'+c, text); console.log((used()-t).toFixed(0), text.length, c.slice(0,40), r.problems.length); }
