const cp=require('child_process');const fs=require('fs');
(async()=>{
for (const expr of ['Namespace.user()','Namespace.pid()','Namespace.compose(Namespace.user(),Namespace.pid())','Namespace.none', 'Namespace.user({map:"self"})']) {
const p=cp.spawn(process.execPath,['-e',`const {Namespace}=require('linux-namespaces');const b=${expr};const c=b.spawn('sleep',['30'],{stdio:'ignore'});c.on('error',()=>{});c.on('spawn',()=>console.log(c.pid));setInterval(()=>{},1e3)`],{stdio:['ignore','pipe','ignore']});
const d=await new Promise(r=>p.stdout.once('data',r)); await new Promise(r=>setTimeout(r,100)); p.kill('SIGKILL'); await new Promise(r=>p.once('exit',r)); await new Promise(r=>setTimeout(r,100));
const pid=Number(d); let st; try{st=fs.readFileSync('/proc/'+pid+'/stat','latin1').split(' ').slice(0,5).join(' ')}catch(e){st=e.code}
console.log(expr, st); try{process.kill(pid,9)}catch{} }
})()
